// The chat on another page: one script tag, nothing else. See docs/howto/put-the-chat-on-your-site.md.
(() => {
  const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
  const home = new URL(script.src).origin;
  const here = location.origin;
  const sites = {{ sites | tojson }};
  if (here !== home && !sites.includes(here)) {
    console.warn(`Sportello: the chat is not shown here. Add ${here} to SPORTELLO_WIDGET_ORIGINS of ${home} and start it again.`);
    return;
  }
  if (document.querySelector("sportello-chat")) return;
  import(`${home}/static/launcher.js`)
    .then(({ launch }) => launch(home, script.dataset.language))
    .catch((error) => console.warn(`Sportello: the chat did not load from ${home}; does this page's Content-Security-Policy allow it?`, error));
})();
