export default function Footer() {
  return <footer>A shop</footer>;
}
