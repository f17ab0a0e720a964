// Passkeys: asks the browser's authenticator and sends on what it answers. Forms with data-passkey stay hidden
// where a browser has none, and everything works without them.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const described = (known) => (known ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

function optionsFor(kind, said) {
  const options = { ...said, challenge: toBytes(said.challenge) };
  if (kind === "get") return { ...options, allowCredentials: described(said.allowCredentials) };
  options.user = { ...said.user, id: toBytes(said.user.id) };
  options.excludeCredentials = described(said.excludeCredentials);
  return options;
}

// The answer as WebAuthn writes it in JSON: what is a buffer becomes base64url.
function written(credential) {
  const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const has = names.filter((name) => credential.response[name]);
  const response = Object.fromEntries(has.map((name) => [name, toText(credential.response[name])]));
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const kind = form.dataset.passkey;
  const answer = await fetch(form.dataset.options, { method: "POST", headers: { accept: "application/json" } });
  // Whoever has to sign in, or to show again who they are, is led there.
  if (answer.redirected) return location.assign(answer.url);
  if (!answer.ok) throw new Error(answer.status);
  const credential = await navigator.credentials[kind]({ publicKey: optionsFor(kind, await answer.json()) });
  form.elements.credential.value = written(credential);
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const notice of document.querySelectorAll("[data-without-passkeys]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      form.setAttribute("aria-busy", "true");
      try {
        await ask(form);
      } catch {
        failed.hidden = false;
      }
      form.removeAttribute("aria-busy");
    });
  }
}
