// NLP.js behind JSON lines: the first line teaches, each further one asks.
// Usage: node nlpjs.js FOLDER, where FOLDER holds node_modules.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { createInterface } = require('node:readline');

const load = createRequire(join(process.argv[2], 'index.js'));
const { containerBootstrap } = load('@nlpjs/core');
const { Nlp } = load('@nlpjs/nlp');
const { LangIt } = load('@nlpjs/lang-it');
const { LangEn } = load('@nlpjs/lang-en');

async function learnt({ language, texts, labels }) {
  const container = await containerBootstrap();
  container.use(LangIt);
  container.use(LangEn);
  const nlp = new Nlp({
    container, languages: [language], autoLoad: false, autoSave: false, log: false, nlu: { log: false },
  });
  texts.forEach((text, at) => nlp.addDocument(language, text, labels[at]));
  await nlp.train();
  return (text) => nlp.process(language, text);
}

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function main() {
  let judge;
  for await (const line of createInterface({ input: process.stdin })) {
    const given = JSON.parse(line);
    if (!judge) {
      judge = await learnt(given);
      say('learnt');
      continue;
    }
    const { classifications } = await judge(given);
    say(classifications.map(({ intent, score }) => [intent, score]));
  }
}

main();
