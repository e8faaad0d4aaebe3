// What is drawn anew between the press of a pointer and its release swallows the click: it waits until then.

/** Returns `(act)`, which runs `act` now, or in its turn once the pointer is up. */
export function whileNothingIsPressed() {
  const waiting = [];
  let down = false;
  // The click comes right after the release, and is dealt with first.
  const up = () => setTimeout(() => {
    down = false;
    while (waiting.length) waiting.shift()();
  });
  addEventListener("pointerdown", (event) => { down ||= event.button === 0; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, up, true);
  // A release that something outside the page has taken.
  addEventListener("blur", up);
  addEventListener("pointermove", (event) => { if (down && !event.buttons) up(); }, true);
  return (act) => (down ? waiting.push(act) : act());
}
