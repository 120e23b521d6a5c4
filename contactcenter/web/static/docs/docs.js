"use strict";
// Shows /api/v1/openapi.json: one entry a route, schemas with their references followed.

/** An element with text and children; never markup from a string. */
function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  if (options.text !== undefined) element.textContent = options.text;
  if (options.class) element.className = options.class;
  element.append(...children);
  return element;
}

/** An example of what a schema describes, with its references followed once each way down. */
function example(schema, schemas, seen = []) {
  if (!schema) return null;
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return seen.includes(name) ? `${name} …` : example(schemas[name], schemas, [...seen, name]);
  }
  const choices = schema.anyOf || schema.oneOf;
  if (choices) {
    const [first] = choices.filter((each) => each.type !== "null");
    const value = example(first, schemas, seen);
    return choices.length > 1 && typeof value === "string" ? `${value} or null` : value;
  }
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return schema.const;
  if (schema.prefixItems) return schema.prefixItems.map((each) => example(each, schemas, seen));
  if (schema.type === "array") return [example(schema.items, schemas, seen)];
  if (schema.type === "object") {
    const entries = Object.entries(schema.properties || {}).map(([name, value]) => [
      (schema.required || []).includes(name) ? name : `${name}?`,
      example(value, schemas, seen),
    ]);
    if (!entries.length && schema.additionalProperties) return { "…": example(schema.additionalProperties, schemas, seen) };
    return Object.fromEntries(entries);
  }
  return schema.type || "any";
}

function block(title, content, schemas) {
  const [kind, media] = Object.entries(content)[0] || [];
  if (!kind) return [];
  const text = kind.startsWith("image") ? kind : JSON.stringify(example(media.schema, schemas), null, 2);
  return [make("h3", { text: `${title} (${kind})` }), make("pre", { text })];
}

function route(path, method, operation, schemas) {
  const details = make("details");
  details.append(
    make(
      "summary",
      {},
      make("span", { text: method.toUpperCase(), class: `method ${method}` }),
      make("code", { text: path }),
      make("span", { text: operation.summary }),
    ),
  );
  const body = make("div", { class: "body" }, make("p", { text: operation.description, class: "who" }));
  details.append(body);
  details.addEventListener("toggle", () => {
    if (!details.open || body.childElementCount > 1) return;
    const parameters = operation.parameters || [];
    if (parameters.length) {
      const rows = parameters.map((each) =>
        make("tr", {}, make("td", {}, make("code", { text: each.name })), make("td", { text: `in ${each.in}${each.required ? "" : ", optional"}` })),
      );
      body.append(make("h3", { text: "Parameters" }), make("table", {}, ...rows));
    }
    if (operation.requestBody) body.append(...block("Takes", operation.requestBody.content, schemas));
    const [good] = Object.values(operation.responses);
    body.append(...block("Answers", good.content || {}, schemas));
    const rows = Object.entries(operation.responses).map(([status, answer]) =>
      make("tr", {}, make("td", {}, make("code", { text: status })), make("td", { text: answer.description })),
    );
    body.append(make("h3", { text: "Statuses" }), make("table", {}, ...rows));
  });
  return details;
}

function show(description) {
  const schemas = description.components.schemas;
  document.getElementById("about").textContent = description.info.description;
  const main = document.getElementById("routes");
  const sections = new Map();
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const [tag] = operation.tags;
      if (!sections.has(tag)) {
        const section = make("section", {}, make("h2", { text: tag }));
        sections.set(tag, section);
        main.append(section);
      }
      sections.get(tag).append(route(path, method, operation, schemas));
    }
  }
  document.getElementById("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const each of main.querySelectorAll("details")) {
      each.hidden = !each.querySelector("summary").textContent.toLowerCase().includes(wanted);
    }
    for (const section of main.children) section.hidden = !section.querySelector("details:not([hidden])");
  });
}

fetch("/api/v1/openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch(() => {
    document.getElementById("about").textContent = "The description cannot be read; load the page again.";
  });
