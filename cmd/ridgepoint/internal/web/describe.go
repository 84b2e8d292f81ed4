package web

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/ridgepoint/ridgepoint/plots/report"
)

type object = map[string]any

// describe returns the description of the API as OpenAPI 3.1 has it. Answers refer to the schemas that the server
// sends.
func describe() ([]byte, error) {
	paths := object{}
	for _, r := range routes() {
		if r.path == "/{$}" {
			r.path = "/"
		}
		item := object{"get": r.operation("get", nil)}
		if r.work != nil {
			item["post"] = r.operation("post", object{"required": true, "content": object{
				"application/octet-stream": object{"schema": object{"type": "string", "format": "binary"}},
				"multipart/form-data":      object{"schema": r.form()},
			}})
		}
		paths[r.path] = item
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(object{
		"openapi": "3.1.0",
		"info": object{"title": "Ridgepoint", "version": strings.TrimPrefix(report.VersionText(), "ridgepoint "),
			"description": "Predicts how long a model takes on a device. Send a file as the body of a POST, or name a built-in" +
				" model in a GET. Weights are passed over while the file comes in; nothing is stored."},
		"paths": paths,
		"components": object{"schemas": object{"Problem": object{"type": "object",
			"required": []string{"title", "status", "detail"}, "properties": object{
				"title": object{"type": "string"}, "status": object{"type": "integer"}, "detail": object{"type": "string"}}}}},
	})
	return b.Bytes(), err
}

// failures lists the statuses of answers that are errors, with what each means.
var failures = [][2]string{
	{"400", "a parameter or the form is wrong"}, {"403", "the request comes from a page of another site"},
	{"408", "the request came in too slowly"}, {"413", "the file is too large"}, {"421", "the request names another host"},
	{"422", "the model cannot be read, or does not run so"}, {"429", "too many estimates are under way"},
	{"500", "an error of the program"}, {"503", "the answer took too long"},
}

// operation describes one method of a route.
func (r *route) operation(method string, body object) object {
	schema := object{"type": "string"}
	switch {
	case r.schema != "":
		schema = object{"$ref": "/schema/" + r.schema + ".json"}
	case r.kind == jsonKind:
		schema = object{"type": "object"}
	}
	kind, _, _ := strings.Cut(r.kind, ";")
	if kind == "" {
		kind = "*/*"
	}
	responses := object{"200": object{"description": r.doc, "content": object{kind: object{"schema": schema}}}}
	if r.work != nil {
		for _, f := range failures {
			answer := object{"description": f[1]}
			if r.kind == jsonKind {
				answer["content"] = object{"application/problem+json": object{
					"schema": object{"$ref": "#/components/schemas/Problem"}}}
			}
			responses[f[0]] = answer
		}
	}
	name := strings.Trim(strings.NewReplacer("/", "-", "{", "", "}", "", ".", "-").Replace(r.path), "-")
	if name == "" {
		name = "home"
	}
	out := object{"summary": r.doc, "operationId": method + "-" + name, "responses": responses}
	if all := r.parameters(method); len(all) > 0 {
		out["parameters"] = all
	}
	if body != nil {
		out["requestBody"] = body
	}
	return out
}

// parameters describes the parameters of a route, those of its path too.
func (r *route) parameters(method string) []object {
	var out []object
	if strings.Contains(r.path, "{name}") {
		out = append(out, object{"name": "name", "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, p := range params {
		if slices.Contains(r.takes, p.name) && (p.name != "name" || method == "post") {
			out = append(out, object{"name": p.name, "in": "query", "description": p.doc, "schema": p.schema(),
				"required": p.name == "device" && method == "get"})
		}
	}
	return out
}

// schema returns the schema of a parameter, as OpenAPI has it.
func (p *param) schema() object {
	if p.list {
		return object{"type": "array", "items": object{"type": "string"}}
	}
	return object{"type": "string"}
}

// form describes a form with a file.
func (r *route) form() object {
	fields := object{modelField: object{"type": "string", "format": "binary", "description": "the model"}}
	for _, p := range params {
		if slices.Contains(r.takes, p.name) {
			s := p.schema()
			s["description"] = p.doc
			fields[p.name] = s
		}
	}
	return object{"type": "object", "properties": fields}
}
