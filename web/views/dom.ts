// The page's own elements, by id; a missing one is a mistake in index.html. Text reaches the page as textContent
// only, whoever wrote it.

/** The element with that id, which is a `kind`. */
export function byId<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new TypeError(`index.html has no ${kind.name} with the id ${id}`);
  return found;
}

/** A copy of the first element in the template with that id, and a way to its parts by class name. */
export function fromTemplate(id: string): {
  readonly root: HTMLElement;
  part(className: string): HTMLElement;
} {
  const root = byId(id, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(root instanceof HTMLElement)) throw new TypeError(`the template ${id} is empty`);
  return {
    root,
    part: (className) => {
      const found = root.querySelector(`.${className}`);
      if (!(found instanceof HTMLElement)) throw new TypeError(`the template ${id} has no .${className}`);
      return found;
    },
  };
}

/** Calls back on submit, without the browser's own doing. */
export function onSubmit(form: HTMLFormElement, submitted: () => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitted();
  });
}
