// Loads the module of a page; where that cannot be done, or fails later, the page says so and works without.
((script, module, isIdle) => {
  const page = document.documentElement;
  const asleep = () => (page.dataset.script = "asleep");
  // From then on no form is taken away from the browser.
  addEventListener("vestibule:failed", () => {
    asleep();
    addEventListener("submit", (event) => event.stopImmediatePropagation(), true);
  });
  const start = async () => {
    const late = setTimeout(asleep, 10_000);
    try {
      // It must not compete with what is seen first.
      const fetched = fetch(module, { priority: "low" });
      const { default: initialise, hydrate, ...islands } = await import(script);
      await initialise({ module_or_path: fetched });
      hydrate();
      for (const island of document.querySelectorAll("leptos-island")) islands[island.dataset.component](island);
      page.dataset.script = "awake";
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
