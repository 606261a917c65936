// Loads the module of a page; where that cannot be done, or fails later, the page says so and works without.
((script, module, isIdle) => {
  const page = document.documentElement;
  const parsed = new Promise((then) => addEventListener("DOMContentLoaded", then));
  const tell = () => {
    const notice = document.getElementById("notice-failed");
    if (notice) notice.hidden = page.dataset.script !== "asleep";
  };
  const is = (state) => {
    page.dataset.script = state;
    parsed.then(tell);
  };
  const asleep = () => is("asleep");
  // From its failure on no form is taken away from the browser, and nothing leads away from what it does. At the window
  // listeners are called in the order of their coming: these are there first.
  let failed = false;
  for (const name of ["submit", "storage"])
    addEventListener(name, (event) => failed && event.stopImmediatePropagation(), true);
  addEventListener("vestibule:failed", () => {
    failed = true;
    asleep();
  });
  const start = async () => {
    const late = setTimeout(asleep, 10_000);
    try {
      // It is asked for before the page is parsed, and must not compete with what is seen first.
      const fetched = fetch(module, { priority: "low" });
      // Where the script fails first, nobody waits for this.
      fetched.catch(() => {});
      const { default: init, hydrate, ...islands } = await import(script);
      await init({ module_or_path: fetched });
      await parsed;
      hydrate();
      for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component](island);
      is("awake");
    } catch {
      asleep();
    }
    clearTimeout(late);
  };
  // Not every browser says when it is idle.
  const idle = self.requestIdleCallback ?? ((then) => setTimeout(then, 1_000));
  if (!self.WebAssembly) asleep();
  else if (isIdle) parsed.then(() => idle(start));
  else start();
})
