// An app on an origin of its own: docs/beside-your-app.md. VESTIBULE is where Vestibule is.
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { keep, vestibule } from "../../examples/beside/elsewhere.js";
import Login from "./Login";

const { accessToken, api, signOut } = vestibule(VESTIBULE);

function App() {
  const [person, setPerson] = useState();

  async function look() {
    const answer = (await accessToken()) && (await api("/api/v1/me"));
    setPerson(answer?.ok ? await answer.json() : null);
  }
  useEffect(() => void look(), []);

  if (person === undefined) return null;
  if (person)
    return (
      <main>
        <p>Signed in as {person.username}</p>
        <button onClick={look}>Look again</button>
        <button onClick={() => signOut().then(look)}>Sign out</button>
      </main>
    );
  return (
    <main>
      <a href={`${VESTIBULE}/register?next=${encodeURIComponent(location.href)}`}>Register</a>
      <Login url={`${VESTIBULE}/api/v1/login`} session={{ session: "token" }} onTokens={(tokens) => (keep(tokens), look())} />
    </main>
  );
}

createRoot(document.getElementById("root")).render(<App />);
