// The tutorials' form alone, with nothing but its URL adapted.
import { createRoot } from "react-dom/client";
import Login from "./Login";

createRoot(document.getElementById("root")).render(<Login url={`${VESTIBULE}/login`} />);
