package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// openAPIRoutes are the calls on the description of the API.
var openAPIRoutes = []Route{{
	Method: "GET", Path: "/openapi.json", Tag: "This description", Allow: Public,
	Summary: "Describe the API as OpenAPI 3.1", Response: map[string]any{},
	Handle: func(c *Call) (any, error) {
		data, err := c.description()
		if err != nil {
			return nil, err
		}
		c.Writer.Header().Set("Content-Type", "application/json")
		c.Writer.Write(data) //nolint:errcheck // the client may have gone
		return Written, nil
	},
}}

const mediaType = "application/vnd.api+json"

// describe writes the description of all routes.
func (a *API) describe() ([]byte, error) {
	d := newDescription(a.Version)
	for i := range a.routes {
		if err := d.add(&a.routes[i]); err != nil {
			return nil, err
		}
	}
	for _, tag := range tags {
		if d.used[tag.Name] {
			d.Tags = append(d.Tags, tag)
		}
	}
	for name := range d.used {
		if !slices.ContainsFunc(tags, func(t *huma.Tag) bool { return t.Name == name }) {
			d.Tags = append(d.Tags, &huma.Tag{Name: name})
		}
	}
	slices.SortFunc(d.Tags, func(a, b *huma.Tag) int { return strings.Compare(a.Name, b.Name) })
	d.schemas.finish()
	return json.Marshal(d.OpenAPI)
}

// A description is OpenAPI in the making.
type description struct {
	*huma.OpenAPI
	schemas *schemas
	used    map[string]bool // tags
}

func newDescription(version string) *description {
	if version == "" {
		version = "development"
	}
	s := newSchemas()
	return &description{schemas: s, used: map[string]bool{}, OpenAPI: &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Surety", Version: version, Description: introduction,
			License: &huma.License{Name: "Apache License 2.0", Identifier: "Apache-2.0"},
		},
		Servers: []*huma.Server{
			{URL: Prefixes[0], Description: "This server"},
			{URL: Prefixes[1], Description: "The same, for clients of the later platform"},
			{URL: Prefixes[2], Description: "The same, for clients of Vision One"},
		},
		Paths: map[string]*huma.PathItem{},
		Components: &huma.Components{
			Schemas: s.registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"ApiKey": {
					Type: "apiKey", In: "header", Name: "Authorization",
					Description: "The word ApiKey, a space, and a key: `Authorization: ApiKey <key>`. Bearer in place of ApiKey will do. A key acts as the user who made it.",
				},
				"Session": {
					Type: "apiKey", In: "cookie", Name: sessionCookie,
					Description: "The cookie that a browser has after signing in; over plain HTTP its name is without __Host-. What changes something has to come from Surety's own pages.",
				},
			},
			Responses: map[string]*huma.Response{
				"Error": {
					Description: "The call was not made. errors says why, for a person.",
					Content:     map[string]*huma.MediaType{mediaType: {Schema: s.of(errorBody{})}},
				},
				"Refused": {
					Description: "No key, a wrong or a disabled one (Message), or one whose user may not (errors).",
					Content:     map[string]*huma.MediaType{mediaType: {Schema: &huma.Schema{AnyOf: []*huma.Schema{s.of(refusal{}), s.of(errorBody{})}}}},
				},
			},
		},
	}}
}

// sessionCookie is the name of the cookie of package auth over TLS.
const sessionCookie = "__Host-surety-session"

// A refusal is the body of the answer to nobody.
type refusal struct {
	Message string
}

// add describes a route.
func (d *description) add(route *Route) error {
	o := &huma.Operation{
		OperationID: operationID(route), Tags: []string{route.Tag}, Summary: route.Summary, Description: describeRoute(route),
		Responses:  map[string]*huma.Response{},
		Extensions: map[string]any{"x-permission": permissions[route.Allow].name},
	}
	d.used[route.Tag] = true
	if route.Allow != Public {
		o.Security = []map[string][]string{{"ApiKey": {}}, {"Session": {}}}
		o.Responses["403"] = &huma.Response{Ref: "#/components/responses/Refused"}
	}
	for _, name := range pathParameters.FindAllStringSubmatch(route.Path, -1) {
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: name[1], In: "path", Required: true, Description: pathHelp[name[1]], Schema: &huma.Schema{Type: huma.TypeString},
		})
	}
	for _, p := range route.Query {
		typ := p.Type
		if typ == "" {
			typ = huma.TypeString
		}
		o.Parameters = append(o.Parameters, &huma.Param{Name: p.Name, In: "query", Description: p.Help, Schema: &huma.Schema{Type: typ}})
	}
	if route.Request != nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			mediaType: {Schema: d.schemas.request(route.Request)}, "application/json": {Schema: d.schemas.request(route.Request)},
		}}
	}
	status := route.Status
	if status == 0 {
		status = http.StatusOK
	}
	answer := &huma.Response{Description: http.StatusText(status)}
	if route.Response != nil {
		answer.Content = map[string]*huma.MediaType{mediaType: {Schema: d.schemas.of(route.Response)}}
	}
	o.Responses[strconv.Itoa(status)] = answer
	o.Responses["default"] = &huma.Response{Ref: "#/components/responses/Error"}
	return d.put(route, o)
}

// put places an operation at its path.
func (d *description) put(route *Route, o *huma.Operation) error {
	path := rest.ReplaceAllString(route.Path, "}")
	item := d.Paths[path]
	if item == nil {
		item = &huma.PathItem{}
		d.Paths[path] = item
	}
	places := map[string]**huma.Operation{
		"GET": &item.Get, "PUT": &item.Put, "POST": &item.Post, "PATCH": &item.Patch, "DELETE": &item.Delete, "HEAD": &item.Head,
	}
	place := places[route.Method]
	if place == nil || *place != nil {
		return fmt.Errorf("%s %s cannot be described: the method is not known, or there twice", route.Method, route.Path)
	}
	*place = o
	return nil
}

// pathParameters are those of a route's path, and rest the mark of one that
// takes all that follows.
var (
	pathParameters = regexp.MustCompile(`\{(\w+)(?:\.\.\.)?\}`)
	rest           = regexp.MustCompile(`\.\.\.\}`)
)

// operationID names a call: getAccountsIdSettingsBot. No two routes have the
// same method and path, nor the same of these.
func operationID(route *Route) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(route.Method))
	up := true
	for _, r := range route.Path {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// describeRoute is what is said of a route: its notes, and who may call it.
func describeRoute(route *Route) string {
	who := permissions[route.Allow].text
	if route.Notes == "" {
		return who
	}
	return strings.TrimSpace(route.Notes) + "\n\n" + who
}
