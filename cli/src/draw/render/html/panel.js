// The panel on the right: what is known of the chosen step, fan-out or cause; with nothing chosen, of the whole.
// Everything is text nodes: labels come from users' arguments.

const SVG = "http://www.w3.org/2000/svg";
const SHORT_LIST = 8, LONG_LIST = 300;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "own") element.style.setProperty("--own", `var(--${value})`);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function icon(status) {
  const svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "glyph");
  svg.setAttribute("aria-hidden", "true");
  svg.style.color = `var(--${status})`;
  path.setAttribute("d", lookOf.get(status).path);
  svg.append(path);
  return svg;
}

const heading = (title, sub, close, look = "soft mono") => make("header", {},
  make("div", {}, make("h2", {}, title), sub ? make("div", { class: look }, sub) : ""),
  make("button", { class: "close", type: "button", "aria-label": "Close", onclick: close }, "×"));

// A sentence in which names stand between backticks.
const prose = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));
const why = (text, status) => make("p", { class: "why", id: "reason", own: status }, ...prose(text));

const section = (title, ...content) => [make("h3", {}, title), ...content];

function state(status) {
  const badge = make("span", { class: "state" }, icon(status), lookOf.get(status).word);
  badge.style.color = `var(--${status})`;
  return badge;
}

function nodeLink(node, go, end = time(node.seconds)) {
  return make("button", { class: "link", type: "button", "data-node": node.id, onclick: () => go(keyOfNode(node.id)) },
    icon(node.status), make("span", {}, titleOf(node)), make("span", { class: "soft" }, detailOf(node)),
    end ? make("span", { class: "end" }, end) : "");
}

const causeLink = (cause, go) => make("button", { class: "link", type: "button", "data-cause": cause.id, onclick: () => go(keyOfCause(cause.id)) },
  icon("cause"), make("span", {}, cause.label), make("span", { class: "soft" }, cause.source ?? ""),
  make("span", { class: "end" }, plural(cause.stale.length + cause.behind, "step")));

// A list that starts short and grows on request.
function list(items, link, short = SHORT_LIST) {
  const box = make("div", { class: "links" }, ...items.slice(0, short).map(link));
  if (items.length > short) {
    const rest = items.slice(short, LONG_LIST);
    box.append(make("button", { class: "more soft", type: "button", onclick: (event) => event.target.replaceWith(...rest.map(link),
      ...(items.length > LONG_LIST ? [make("p", { class: "soft" }, `and ${number(items.length - LONG_LIST)} more; search finds them`)] : [])) },
      `${number(items.length - short)} more`));
  }
  return box;
}

function diff(text) {
  const kind = (line) => (/^(\+\+\+|---|@@|diff )/.test(line) ? "place" : line[0] === "+" ? "added" : line[0] === "-" ? "removed" : "");
  return make("pre", { class: "diff", tabindex: "0" }, ...text.replace(/\n$/, "").split("\n").map((line) => make("span", { class: kind(line) }, line || " ")));
}

function facts(rows) {
  const known = rows.filter(([, value]) => value);
  return known.length ? make("dl", { class: "facts" }, ...known.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])) : "";
}

function share(statuses) {
  const sorted = Object.entries(statuses).sort(([a], [b]) => rank.get(a) - rank.get(b));
  const bar = make("div", { class: "share", "aria-hidden": "true" });
  for (const [status, count] of sorted) {
    const part = make("i");
    part.style.cssText = `flex:${count};background:var(--${status})`;
    bar.append(part);
  }
  const words = sorted.map(([status, count]) => make("span", { class: "chip" }, icon(status), make("b", {}, number(count)), wordFor(status, count)));
  return [bar, make("div", { class: "counts" }, ...words)];
}

// The picture in its own size, over the page.
function enlarge(source, about) {
  const dialog = make("dialog", { class: "image", "aria-label": about, onclick: () => dialog.close(), onclose: () => dialog.remove() }, make("img", { src: source, alt: about }));
  document.body.append(dialog);
  dialog.showModal();
}

function preview(node) {
  const shown = previews[node.id], about = `The result of ${titleOf(node)}`;
  if (!shown) return node.status === "fresh" && Object.keys(previews).length ? section("Result", make("p", { class: "soft" }, "not in this page")) : [];
  const text = shown.text.replace(/\n$/, "") + (shown.cut ? "\n…" : "");
  return section("Result",
    shown.image ? make("button", { class: "image", type: "button", title: "Enlarge", onclick: () => enlarge(shown.image, about) }, make("img", { src: shown.image, alt: about })) : "",
    text ? make("pre", { class: "diff result", tabindex: "0" }, text) : "");
}

function showNode(node, act) {
  const causes = node.causes.map((id) => causeById.get(id)).filter(Boolean);
  const inputs = (inputsOf.get(node.id) ?? []).map((edge) => nodeById.get(edge.from));
  const users = (usersOf.get(node.id) ?? []).map((edge) => nodeById.get(edge.to));
  const group = groupOf.get(node.id);
  return [
    heading(titleOf(node), detailOf(node), act.close),
    state(node.status),
    node.reason ? why(node.reason, node.status) : "",
    facts([["Time", time(node.seconds)], ["Size", size(node.bytes)], ["Function", make("span", { class: "mono" }, node.function)],
      ["Source", node.source && make("span", { class: "mono" }, node.source)], ["Writes", node.exports.join(", ")],
      ["Tried", node.retries ? `${number(node.retries + 1)} times` : ""]]),
    ...preview(node),
    ...(node.message ? section("Failed with", make("pre", { class: "diff message", tabindex: "0" }, node.message)) : []),
    ...(causes.length ? section("Changed", list(causes, (cause) => causeLink(cause, act.go))) : []),
    ...(node.diff ? section("Difference", diff(node.diff)) : []),
    ...(node.arguments.length ? section("Arguments", facts(node.arguments.map(([name, value]) => [name, make("span", { class: "mono" }, value)]))) : []),
    ...(group ? section("Fan-out", list([group], (one) => make("button", { class: "link", type: "button", onclick: () => act.go(keyOfGroup(one.id)) },
      icon(nodeById.get(one.worst).status), make("span", {}, `${one.label} ×${number(one.members.length)}`)))) : []),
    ...(inputs.length ? section(`Inputs · ${number(inputs.length)}`, list(inputs, (input) => nodeLink(input, act.go))) : []),
    ...(users.length ? section(`Used by · ${number(users.length)}`, list(users, (user) => nodeLink(user, act.go))) : []),
  ];
}

function showGroup(group, unfolded, act) {
  const members = group.members.map((id) => nodeById.get(id)).sort((a, b) => rank.get(a.status) - rank.get(b.status));
  const worst = nodeById.get(group.worst);
  const causes = [...new Set(members.flatMap((node) => node.causes))].map((id) => causeById.get(id)).filter(Boolean);
  return [
    heading(`${group.label} ×${number(members.length)}`, worst.function, act.close),
    ...share(group.statuses),
    facts([["Time", time(sum(members, "seconds"))], ["Size", sizes(sum(members, "bytes"), members.filter((node) => node.bytes !== null).length, members.length)], ["Source", worst.source && make("span", { class: "mono" }, worst.source)]]),
    make("button", { class: "act", type: "button", onclick: () => act.toggle(group.id) }, unfolded ? "Fold" : "Unfold"),
    ...(settled(worst.status) ? [] : section("Needs attention first", list([worst], (node) => nodeLink(node, act.go)), worst.reason ? why(worst.reason, worst.status) : "")),
    ...(causes.length ? section("Changed", list(causes, (cause) => causeLink(cause, act.go))) : []),
    ...section("Members", list(members, (node) => nodeLink(node, act.go), 14)),
  ];
}

function showCause(cause, act) {
  const stale = cause.stale.map((id) => nodeById.get(id));
  return [
    heading(cause.label, cause.source, act.close),
    state("cause"),
    why(`makes ${plural(stale.length, "step")} stale` + (cause.behind ? `, and ${number(cause.behind)} behind ${stale.length === 1 ? "it" : "them"}` : ""), "cause"),
    ...(cause.diff ? section("Difference", diff(cause.diff)) : []),
    ...section("Makes stale", list(stale, (node) => nodeLink(node, act.go), 14)),
  ];
}

function showWhole(act) {
  const { totals, causes } = picture;
  const failed = picture.nodes.filter((node) => node.status === "failed");
  const slowest = picture.nodes.filter((node) => !settled(node.status) && node.seconds).sort((a, b) => b.seconds - a.seconds).slice(0, 5);
  return [
    heading(picture.pipeline, picture.caption, act.close, "soft"),
    ...share(totals.statuses),
    facts([[picture.nodes.some((node) => node.kind !== "step") ? "Functions" : "Steps", number(totals.steps)], ["Left out", picture.left_out ? number(picture.left_out) : ""],
      ["To do", totals.seconds_to_do ? `${time(totals.seconds_to_do)}, one by one` : "nothing that was timed before"], ["Results", sizes(totals.bytes, totals.sized, totals.steps)]]),
    ...(failed.length ? section("Failed", list(failed, (node) => nodeLink(node, act.go))) : []),
    ...(causes.length ? section("What changed", list(causes, (cause) => causeLink(cause, act.go))) : []),
    ...(slowest.length ? section("Longest to do", list(slowest, (node) => nodeLink(node, act.go))) : []),
  ];
}
