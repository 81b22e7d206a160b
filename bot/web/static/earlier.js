// A transcript that is read backwards: what comes before is put above, and nothing moves.
const transcript = document.getElementById("transcript");
let fromEnd = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "earlier") fromEnd = transcript.scrollHeight - transcript.scrollTop;
});
// Its part is gone by the time of afterSwap; what is new in its place is told of as settled.
document.addEventListener("htmx:afterSettle", () => {
  if (!fromEnd) return;
  transcript.scrollTop = transcript.scrollHeight - fromEnd;
  fromEnd = 0;
});
transcript?.addEventListener("click", (event) => {
  if (event.target.closest?.("#to-earlier")) event.preventDefault();
});

// A browser brings a message into view by moving everything around it: only the transcript should.
const wanted = transcript && document.getElementById(location.hash.slice(1));
if (wanted?.closest("#transcript")) {
  addEventListener("load", () => requestAnimationFrame(() => {
    const below = wanted.getBoundingClientRect().top - transcript.getBoundingClientRect().top;
    transcript.scrollTop += below - transcript.clientHeight / 3;
    document.querySelector(".columns").scrollTop = 0;
  }));
}
