// How well the words of the search fit a label: all of them must occur; a hit at the start of a word counts more.
function rank(label, typed) {
  const text = label.toLowerCase();
  let sum = 0;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = text.indexOf(word);
    if (at >= 0) {
      sum += at === 0 ? 4 : /\W/.test(text[at - 1]) ? 3 : 2;
      continue;
    }
    let from = 0; // letters in order, not side by side
    for (const letter of word) {
      from = text.indexOf(letter, from) + 1;
      if (!from) return 0;
    }
    sum += 1;
  }
  return sum;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const [input, list, status] = ["input", "ul", "p"].map((name) => parentElement.querySelector(name));
  const entries = data.entries.map((entry, index) => ({ ...entry, index }));
  let hits = [];
  let at = 0;

  function mark(next) {
    at = Math.max(0, Math.min(next, hits.length - 1));
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const item = list.children[at];
    input.setAttribute("aria-activedescendant", item ? item.id : "");
    if (item) item.scrollIntoView({ block: "nearest" });
  }

  function choose(hit) {
    if (hit) setTriggerValue("chosen", hit.index);
  }

  function draw() {
    const typed = input.value.trim();
    hits = entries
      .map((entry) => ({ ...entry, rank: typed ? rank(entry.label, typed) : 1 }))
      .filter((entry) => entry.rank > 0)
      .sort((one, other) => other.rank - one.rank || one.index - other.index);
    list.replaceChildren(
      ...hits.map((hit) => {
        const item = document.createElement("li");
        item.id = `entry-${hit.index}`;
        item.setAttribute("role", "option");
        for (const text of [hit.label, hit.kind]) {
          item.appendChild(document.createElement("span")).textContent = text;
        }
        item.onclick = () => choose(hit);
        return item;
      }),
    );
    status.textContent = hits.length
      ? "Up and down to choose, Enter to open, Esc to close"
      : "Nothing matches. Try another word.";
    mark(0);
  }

  input.oninput = draw;
  input.onkeydown = (event) => {
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 };
    if (event.key in moves) mark(moves[event.key]);
    else if (event.key === "Enter") choose(hits[at]);
    else return;
    event.preventDefault();
  };
  draw();
  requestAnimationFrame(() => input.focus());
}
