// The chat on a site of yours:  <script src="https://desk.example/assets/widget.js" defer></script>
//
// It draws a button, and a frame with a page of the desk; the desk says which sites may show that (widget_origins).
// data-desk: where the desk is, if the script comes from elsewhere; data-lang: en or zh, else the page's language;
// data-side: left, else right. It reads nothing of your page and keeps one word in its storage.

const WORDS = {
  en: { open: "Chat with support", close: "Close the chat", unread: "unread", title: "Support chat" },
  zh: { open: "联系客服", close: "关闭对话", unread: "条未读", title: "客服对话" },
};
const STYLE = `
:host{all:initial}
button{position:fixed;bottom:1rem;z-index:2147483000;width:3.5rem;height:3.5rem;border-radius:50%;border:0;cursor:pointer;
background:#1f5fbf;color:#fff;box-shadow:0 2px 10px #0005;display:grid;place-items:center;padding:0}
button:focus-visible{outline:3px solid #1f5fbf;outline-offset:3px}
svg{width:1.75rem;height:1.75rem}
span{position:absolute;top:-.2rem;right:-.2rem;min-width:1.3rem;height:1.3rem;border-radius:1rem;background:#a5222b;color:#fff;
font:600 .8rem/1.3rem system-ui,sans-serif;text-align:center;padding:0 .2rem;box-sizing:border-box}
[hidden]{display:none!important}
iframe{position:fixed;bottom:5.25rem;z-index:2147483000;width:min(24rem,calc(100vw - 2rem));height:min(36rem,calc(100dvh - 6.5rem));
box-sizing:border-box;border:1px solid #8886;border-radius:12px;box-shadow:0 4px 24px #0005;background:#fff;color-scheme:light dark}
.right{right:1rem}.left{left:1rem}
@media(max-width:30rem){iframe{inset:0 0 auto 0;width:100vw;height:calc(100dvh - 5.25rem);border-radius:0}}`;
const ICON = "M4 4h16a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H9l-5 4V6a2 2 0 0 1 2-2z";
const BEEN_HERE = "supportledger-chat";

const { src, dataset } = document.currentScript;
const desk = new URL(dataset.desk ?? src, location.href).origin;
const tongue = (dataset.lang ?? (document.documentElement.lang || navigator.language)).startsWith("zh") ? "zh" : "en";
const words = WORDS[tongue];
const side = dataset.side === "left" ? "left" : "right";
let frame = null;
let isReady = false;
let isOpen = false;
let unread = 0;

const host = document.createElement("div");
const root = host.attachShadow({ mode: "open" });
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
root.adoptedStyleSheets = [sheet];
const button = root.appendChild(document.createElement("button"));
button.type = "button";
button.className = side;
button.append(drawn(), document.createElement("span"));
const badge = button.lastElementChild;
label();
button.addEventListener("click", () => set(!isOpen));
document.body.append(host);

window.addEventListener("message", (event) => {
  if (event.origin !== desk || event.source !== frame?.contentWindow) return;
  const { supportledger: kind, count } = event.data ?? {};
  if (kind === "ready") {
    isReady = true;
    tell();
  }
  if (kind === "close") set(false);
  if (kind === "unread" && Number.isInteger(count) && count >= 0) {
    unread = count;
    label();
  }
});
if (storage()?.getItem(BEEN_HERE)) load();

/** @param {boolean} toBeOpen */
function set(toBeOpen) {
  isOpen = toBeOpen;
  if (isOpen) {
    load();
    storage()?.setItem(BEEN_HERE, "yes");
  }
  frame.hidden = !isOpen;
  label();
  tell();
  if (isOpen) frame.focus();
  else button.focus();
}

function load() {
  if (frame) return;
  frame = document.createElement("iframe");
  frame.src = `${desk}/chat?site=${encodeURIComponent(location.origin)}&lang=${tongue}`;
  frame.title = words.title;
  frame.className = side;
  frame.hidden = true;
  root.append(frame);
}

/** Tell the frame whether it is seen, once it listens. */
function tell() {
  if (isReady) frame.contentWindow.postMessage({ supportledger: "shown", isShown: isOpen }, desk);
}

function label() {
  badge.hidden = !unread || isOpen;
  badge.textContent = unread > 9 ? "9+" : String(unread);
  button.setAttribute("aria-expanded", String(isOpen));
  button.setAttribute("aria-label", isOpen ? words.close : unread ? `${words.open} (${unread} ${words.unread})` : words.open);
}

function drawn() {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const line = made.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  line.setAttribute("d", ICON);
  line.setAttribute("fill", "currentColor");
  return made;
}

/** Give the page's storage; null where it has none. */
function storage() {
  try {
    return window.localStorage;
  } catch (error) {
    if (error.name === "SecurityError") return null;
    throw error;
  }
}
