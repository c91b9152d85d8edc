package cloudformation

import (
	"regexp"
	"strings"
)

const (
	implicitREST = "ServerlessRestApi"
	implicitHTTP = "ServerlessHttpApi"
	anyMethod    = "x-amazon-apigateway-any-method"
)

// A route is one method of an API, which an event of a function or of a state
// machine asks for.
type route struct {
	at           pos
	path, method string
	integration  any
	auth         *node // the event's Auth
	condition    string
}

// apiEvent adds a route to an API and lets the API call the function.
func (s *sam) apiEvent(target *eventTarget, e entry, p *node, http bool) {
	id, api := s.apiOf(p, http)
	path, method := s.literal(p.get("Path")), strings.ToLower(s.literal(p.get("Method")))
	if http && path == "" {
		path = "$default"
	}
	if http && method == "" {
		method = "any"
	}
	permission := s.source.id + e.key + "Permission"
	if !http {
		stage := "Stage"
		if api == nil && id == implicitREST {
			stage = "Prod"
		} else if name, ok := api.property("StageName").text(); ok {
			stage = name
		}
		permission = suffixed(permission, stage)
	}
	s.permission(e.pos, permission, target, "apigateway.amazonaws.com", "SourceArn",
		substitution("arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/*"+callPath(method, path), "__ApiId__", s.apiReference(id, p, http)))
	integration := pairs{
		"httpMethod", "POST", "type", "aws_proxy",
		"uri", substitution("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/" + target.uri + "/invocations"),
	}
	if http {
		var version any = "2.0"
		if given := p.field("PayloadFormatVersion"); given.node != nil {
			version = given
		}
		integration = append(integration, "payloadFormatVersion", version, "timeoutInMillis", p.field("TimeoutInMillis"))
	}
	s.addRoute(id, route{e.pos, path, method, integration, p.get("Auth"), s.source.condition})
}

func (s *sam) addRoute(api string, r route) {
	if r.method == "any" || r.method == "*" {
		r.method = anyMethod
	}
	if api != "" && r.path != "" && r.method != "" {
		s.routes[api] = append(s.routes[api], r)
	}
}

// property returns a property of a resource as it is written.
func (d *declared) property(name string) *node {
	if d == nil {
		return nil
	}
	return d.properties.get(name)
}

// apiOf finds the API of an event: the one that it names, or the implicit
// one. id is empty for an API that is not one of SAM's in this template.
func (s *sam) apiOf(p *node, http bool) (id string, api *declared) {
	property, implicit := "RestApiId", implicitREST
	if http {
		property, implicit = "ApiId", implicitHTTP
	}
	n := p.get(property)
	if n == nil {
		return implicit, s.apis[implicit]
	}
	id, ok := n.text()
	if !ok {
		id, _ = s.referred(n)
	}
	if api = s.apis[id]; api == nil && id != implicit {
		return "", nil
	}
	return id, api
}

// apiReference is what a permission names the API by.
func (s *sam) apiReference(id string, p *node, http bool) any {
	if id != "" {
		return refTo(id)
	}
	if http {
		return p.field("ApiId")
	}
	return p.field("RestApiId")
}

// literal is the text that a node comes to, or "" when it is not known.
func (s *sam) literal(n *node) string {
	if n == nil {
		return ""
	}
	text, why := known(s.t.evaluate(n).v)
	if why != "" {
		return ""
	}
	return text
}

var pathParameter = regexp.MustCompile(`\{[^{}]*\}`)

// callPath is the method and path of a call as an ARN names them.
func callPath(method, path string) string {
	if path == "$default" {
		return "/*"
	}
	if method == "any" || method == "*" || method == "" {
		method = "*"
	}
	return "/" + strings.ToUpper(method) + pathParameter.ReplaceAllString(path, "*")
}

// implicitAPIs declares the APIs that events ask for without naming one.
func (s *sam) implicitAPIs() {
	for _, id := range []string{implicitREST, implicitHTTP} {
		routes := s.routes[id]
		if len(routes) == 0 || s.apis[id] != nil {
			continue
		}
		d := &declared{id: id, pos: routes[0].at, node: newObject(routes[0].at), properties: newObject(routes[0].at)}
		d.condition = s.anyCondition(id, routes)
		s.source = d
		if id == implicitREST {
			d.typ = samPrefix + "Api"
			d.properties = build(d.pos, pairs{"StageName", "Prod"})
			s.props = s.withGlobals("Api", d)
			s.restAPI()
		} else {
			d.typ = samPrefix + "HttpApi"
			s.props = s.withGlobals("HttpApi", d)
			s.httpAPI()
		}
	}
}

// anyCondition is the condition under which at least one route exists, or ""
// when one always does.
func (s *sam) anyCondition(id string, routes []route) string {
	var names []any
	seen := map[string]bool{}
	for _, r := range routes {
		if r.condition == "" {
			return ""
		}
		if !seen[r.condition] {
			seen[r.condition] = true
			names = append(names, pairs{"Condition", r.condition})
		}
	}
	if len(names) == 1 {
		return routes[0].condition
	}
	return s.addCondition(routes[0].at, id+"Condition", pairs{"Fn::Or", names})
}

// body gives the OpenAPI definition of an API with the routes of its events.
func (s *sam) body(http bool) *node {
	definition := s.props.get("DefinitionBody")
	if definition == nil {
		version := pairs{"swagger", "2.0"}
		if given := s.props.field("OpenApiVersion"); http || strings.HasPrefix(s.literal(given.node), "3") {
			version = pairs{"openapi", "3.0.1"}
		}
		definition = build(s.source.pos, append(version,
			"info", pairs{"version", "1.0", "title", refTo("AWS::StackName")}, "paths", pairs{}))
	}
	if _, _, function := definition.intrinsic(); function || definition.kind != object {
		return definition
	}
	paths := definition.get("paths")
	if _, _, function := paths.intrinsic(); function {
		return definition
	}
	if paths == nil {
		paths = newObject(definition.pos)
	}
	for _, r := range s.routes[s.source.id] {
		method := build(r.at, pairs{
			"x-amazon-apigateway-integration", r.integration,
			"security", s.security(r, http),
			"responses", pairs{},
		})
		if r.condition != "" && r.condition != s.source.condition {
			method = build(r.at, pairs{"Fn::If", []any{r.condition, method, noValue(r.at)}})
		}
		methods := paths.get(r.path)
		if methods.get(r.method) == nil {
			paths = with(paths, r.at, r.path, with(methods, r.at, r.method, method))
		}
	}
	if cors := s.props.field("Cors"); !http && cors.node != nil {
		paths = s.preflight(paths, cors)
	}
	definition = with(definition, definition.pos, "paths", paths)
	return s.schemes(definition, http)
}

// security names the authorizer of a route: its own, or the default of the
// API.
func (s *sam) security(r route, http bool) any {
	auth := s.props.get("Auth")
	name := r.auth.textOr("Authorizer", auth.textOr("DefaultAuthorizer", ""))
	var out []any
	key := auth.get("ApiKeyRequired")
	if own := r.auth.get("ApiKeyRequired"); own != nil {
		key = own
	}
	if key.isTrue() && !http {
		out = append(out, pairs{"api_key", []any{}})
	}
	if name != "" && (name != "NONE" || auth.get("DefaultAuthorizer") != nil && !http) {
		var scopes any = []any{}
		if own := r.auth.field("AuthorizationScopes"); own.node != nil {
			scopes = own
		}
		out = append(out, pairs{name, scopes})
	}
	if out == nil {
		return nil
	}
	return out
}

// schemes adds the definitions of the authorizers.
func (s *sam) schemes(definition *node, http bool) *node {
	var made pairs
	auth := s.props.get("Auth")
	if auth.get("ApiKeyRequired").isTrue() && !http {
		made = append(made, "api_key", pairs{"type", "apiKey", "name", "x-api-key", "in", "header"})
	}
	if auth.textOr("DefaultAuthorizer", "") == "AWS_IAM" && !http {
		made = append(made, "AWS_IAM", pairs{"type", "apiKey", "name", "Authorization", "in", "header", "x-amazon-apigateway-authtype", "awsSigv4"})
	}
	if authorizers := auth.get("Authorizers"); authorizers != nil && authorizers.kind == object {
		for _, e := range authorizers.entries {
			made = append(made, e.key, authorizer(e.node, http))
		}
	}
	if made == nil {
		return definition
	}
	if definition.get("openapi") != nil {
		components := with(definition.get("components"), auth.pos, "securitySchemes", build(auth.pos, made))
		return with(definition, auth.pos, "components", components)
	}
	return with(definition, auth.pos, "securityDefinitions", build(auth.pos, made))
}

func authorizer(n *node, http bool) pairs {
	uri := func(function entry) any {
		return substitution("arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${__FunctionArn__}/invocations", "__FunctionArn__", function)
	}
	header := n.get("Identity").textOr("Header", "Authorization")
	switch {
	case n.get("JwtConfiguration") != nil:
		return pairs{"type", "oauth2", "x-amazon-apigateway-authorizer", pairs{
			"type", "jwt", "jwtConfiguration", n.field("JwtConfiguration"), "identitySource", n.field("IdentitySource"),
		}}
	case n.get("UserPoolArn") != nil:
		var pools any = []any{n.field("UserPoolArn")}
		if given := n.field("UserPoolArn"); given.node.kind == list {
			pools = given
		}
		return pairs{"type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", "cognito_user_pools",
			"x-amazon-apigateway-authorizer", pairs{"type", "cognito_user_pools", "providerARNs", pools}}
	}
	typ := "token"
	if n.textOr("FunctionPayloadType", "") == "REQUEST" || http {
		typ = "request"
	}
	return pairs{"type", "apiKey", "name", header, "in", "header", "x-amazon-apigateway-authtype", "custom",
		"x-amazon-apigateway-authorizer", pairs{"type", typ, "authorizerUri", uri(n.field("FunctionArn"))}}
}

// preflight adds the OPTIONS methods that answer for cross-origin requests.
func (s *sam) preflight(paths *node, cors entry) *node {
	if paths.kind != object {
		return paths
	}
	headers := pairs{"method.response.header.Access-Control-Allow-Origin", cors}
	if cors.node.kind == object {
		if _, _, function := cors.node.intrinsic(); !function {
			const prefix = "method.response.header.Access-Control-"
			headers = pairs{
				prefix + "Allow-Origin", cors.node.field("AllowOrigin"),
				prefix + "Allow-Methods", cors.node.field("AllowMethods"),
				prefix + "Allow-Headers", cors.node.field("AllowHeaders"),
				prefix + "Allow-Credentials", cors.node.field("AllowCredentials"),
				prefix + "Max-Age", cors.node.field("MaxAge"),
			}
		}
	}
	for _, e := range paths.entries {
		if _, _, function := e.node.intrinsic(); function || e.node.kind != object || e.node.get("options") != nil {
			continue
		}
		paths = with(paths, e.pos, e.key, with(e.node, cors.pos, "options", build(cors.pos, pairs{
			"x-amazon-apigateway-integration", pairs{"type", "mock", "responses", pairs{
				"default", pairs{"statusCode", "200", "responseParameters", headers},
			}},
			"responses", pairs{"200", pairs{"description", "Default response for CORS method"}},
		})))
	}
	return paths
}
