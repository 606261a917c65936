// Loads the module of a page; where that cannot be done, or fails later, the page says so and works without.
((script, module, isIdle) => {
  const page = document.documentElement;
  const tell = () => {
    const notice = document.getElementById("notice-failed");
    if (notice) notice.hidden = page.dataset.script !== "asleep";
  };
  const is = (state) => {
    page.dataset.script = state;
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", tell);
    else tell();
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
      // It must not compete with what is seen first.
      const fetched = fetch(module, { priority: "low" });
      // Where the script fails first, nobody waits for this.
      fetched.catch(() => {});
      const { default: initialise, hydrate, ...islands } = await import(script);
      await initialise({ module_or_path: fetched });
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
  const begin = () => (isIdle ? idle(() => start()) : start());
  if (!self.WebAssembly) asleep();
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin);
  else begin();
})
