// Passkeys: asks authenticators what the server asks, and sends their answers by the forms of the page. It is loaded where a page has
// such a form and the browser knows passkeys; nothing on the page waits for it.
const api = self.PublicKeyCredential;
const KEPT = "vestibule:passkey";
// A challenge is over after five minutes.
const RENEWED_AFTER = 240_000;

const encode = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const listed = (list = []) => list.map((item) => ({ ...item, id: decode(item.id) }));

// Older browsers do not read JSON themselves.
const forCreation = (asked) =>
  api.parseCreationOptionsFromJSON?.(asked) ?? {
    ...asked,
    challenge: decode(asked.challenge),
    user: { ...asked.user, id: decode(asked.user.id) },
    excludeCredentials: listed(asked.excludeCredentials),
  };
const forRequest = (asked) =>
  api.parseRequestOptionsFromJSON?.(asked) ?? {
    ...asked,
    challenge: decode(asked.challenge),
    allowCredentials: listed(asked.allowCredentials),
  };

// An answer as JSON, member by member: objects of extensions throw in `toJSON`.
const answered = ({ id, response }) => {
  const said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    try {
      if (response[name]) said[name] = encode(response[name]);
    } catch {}
  }
  try {
    said.transports = [...response.getTransports()];
  } catch {}
  return JSON.stringify({ id, type: "public-key", response: said });
};

// One request is open at a time; a newer one ends it first, and lets the browser notice.
let open;
const ask = async (begin) => {
  if (open) {
    open.controller.abort();
    await open.done.catch(() => {});
    await new Promise((then) => setTimeout(then));
  }
  const controller = new AbortController();
  const done = begin(controller.signal);
  open = { controller, done };
  try {
    return await done;
  } finally {
    if (open?.done === done) open = undefined;
  }
};

const start = (part) => {
  const { passkey: what, asked, notUsed, there } = part.dataset;
  const form = part.querySelector("form");
  const { credential, ceremony } = form.elements;
  const said = part.querySelector("[role=status]");
  // A registration has the names of the form with a password.
  const typed = document.querySelector("form[data-form=register]")?.elements;
  let renewal, latest;

  const obtained = async (mediation) => {
    const mine = (latest = {});
    if (asked) {
      const publicKey = forCreation(JSON.parse(asked));
      return ask((signal) => navigator.credentials.create({ publicKey, signal }));
    }
    const isNew = what === "register";
    const names = isNew && { username: typed.username.value, email: typed.email.value };
    const sent = isNew && { headers: { "content-type": "application/json" }, body: JSON.stringify(names) };
    const response = await fetch(`/passkey/${what}`, { method: "POST", ...sent });
    const { ceremony: sealed, public_key, errors, message } = await response.json();
    if (!response.ok) throw { said: errors?.[0]?.message ?? message, at: errors?.[0]?.field };
    if (mine !== latest) throw new Error("a newer request has taken its place");
    const publicKey = isNew ? forCreation(public_key) : forRequest(public_key);
    const given = await ask((signal) =>
      isNew
        ? navigator.credentials.create({ publicKey, signal })
        : navigator.credentials.get({ publicKey, signal, ...mediation }),
    );
    ceremony.value = sealed;
    for (const name in names || {}) form.elements[name].value = names[name];
    return given;
  };

  const run = async (mediation) => {
    clearTimeout(renewal);
    if (!mediation) said.textContent = "";
    try {
      const given = await obtained(mediation);
      credential.value = answered(given);
      try {
        if (what === "login" || what === "register") sessionStorage.setItem(KEPT, given.id);
      } catch {}
      // The module of the page sends forms of people who are signed in; the browser itself sends the others.
      if (asked || what === "proof") form.requestSubmit();
      else HTMLFormElement.prototype.submit.call(form);
      credential.value = "";
    } catch (error) {
      // The browser has asked for a name, and nobody has pressed anything.
      if (mediation) return;
      if (error.name === "SecurityError") console.error(error);
      typed?.[error.at]?.focus();
      said.textContent = error.said ?? (error.name === "InvalidStateError" ? (there ?? notUsed) : notUsed);
      offer();
    }
  };

  // The browser offers passkeys where it offers names.
  const offer = async () => {
    if (what !== "login" || !(await api.isConditionalMediationAvailable?.())) return;
    run({ mediation: "conditional" });
    renewal = setTimeout(offer, RENEWED_AFTER);
  };

  // At the window it comes before the module of the page.
  addEventListener(
    "submit",
    (event) => {
      if (event.target !== form || credential.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      run();
    },
    true,
  );
  addEventListener("pagehide", () => {
    clearTimeout(renewal);
    open?.controller.abort();
  });
  addEventListener("pageshow", (event) => event.persisted && offer());
  part.hidden = false;
  offer();
};

for (const part of document.querySelectorAll("[data-passkey]")) start(part);

// What authenticators keep is made to agree with what the service has.
const tell = async () => {
  const known = document.querySelector("[data-known]")?.dataset.known;
  if (known) {
    const { rpId, userId, name, displayName, allAcceptedCredentialIds } = JSON.parse(known);
    await api.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds });
    await api.signalCurrentUserDetails?.({ rpId, userId, name, displayName });
  }
  const rpId = document.querySelector("[data-unknown]")?.dataset.unknown;
  const credentialId = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (rpId && credentialId) await api.signalUnknownCredential?.({ rpId, credentialId });
};
tell().catch(() => {});
