package large

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	smithycbor "github.com/aws/smithy-go/encoding/cbor"
)

// mostBody is more than any request that reads has.
const mostBody = 1 << 20

// request is what was asked: which operation of which service, in which region,
// with which parameters, whatever protocol it came by.
type request struct {
	service   *service
	protocol  protocol
	jsonType  string
	region    int // index in regions
	operation string
	method    string
	path      string
	headers   http.Header

	form   url.Values     // query parameters, or the form of a query service
	doc    map[string]any // the JSON or CBOR document
	labels map[string]string
	bucket string // S3 alone
	key    string // of what is kept; empty when it cannot be
}

func (q *request) namespace() string {
	if q.service == nil {
		return ""
	}
	return q.service.namespace
}

// recognise reads a request. What is wrong with it is a fault as AWS has it.
func (s *Server) recognise(r *http.Request) (*request, *fault) {
	q := &request{method: r.Method, path: r.URL.EscapedPath(), headers: r.Header, form: r.URL.Query()}
	body, f := readBody(r)
	if f != nil {
		return q, f
	}
	signed, region, ok := credentialScope(r)
	if !ok {
		return q, faultf(http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	if isForm(r) {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return q, faultf(http.StatusBadRequest, "MalformedQueryString", "The form cannot be read: "+err.Error())
		}
		for k, v := range form {
			q.form[k] = v
		}
	}
	q.service = s.serviceOf(signed, q)
	if q.service == nil {
		return q, faultf(http.StatusNotFound, "UnknownService", "This account has no service signed as "+strconv.Quote(signed))
	}
	q.protocol = q.service.protocol
	q.region = regionIndex(region)
	if q.service.global || region == "" {
		q.region = 0
	}
	if f := q.readOperation(s, r, body); f != nil {
		return q, f
	}
	if q.region < 0 {
		return q, faultf(http.StatusForbidden, "UnrecognizedClientException", "The region "+strconv.Quote(region)+" is not enabled for this account")
	}
	q.key = q.service.name + " " + regions[q.region].name + " " + q.operation + " " + r.URL.RequestURI() + " " + string(body)
	if q.service.name == "s3" {
		q.key += " " + q.bucket
	}
	return q, nil
}

func readBody(r *http.Request) ([]byte, *fault) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
	if err != nil {
		return nil, faultf(http.StatusBadRequest, "RequestTimeout", "The body cannot be read: "+err.Error())
	}
	if len(body) > mostBody {
		return nil, faultf(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The body is longer than 1 MB")
	}
	return body, nil
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// credentialScope reads service and region from a signature: of the header
// Authorization, or of the query of a presigned URL. Version 4A has no region.
func credentialScope(r *http.Request) (service, region string, ok bool) {
	_, scope, found := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	if found {
		scope, _, _ = strings.Cut(scope, ",")
	} else {
		scope = r.URL.Query().Get("X-Amz-Credential")
	}
	switch parts := strings.Split(strings.TrimSpace(scope), "/"); len(parts) {
	case 5:
		return parts[3], parts[2], true
	case 4:
		return parts[2], "", true
	}
	return "", "", false
}

// readOperation finds the operation and reads its parameters.
func (q *request) readOperation(s *Server, r *http.Request, body []byte) *fault {
	switch {
	case r.Header.Get("Smithy-Protocol") == "rpc-v2-cbor":
		q.protocol = cborProtocol
		q.operation = r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		if len(body) == 0 {
			return nil
		}
		v, err := smithycbor.Decode(body)
		if err != nil {
			return faultf(http.StatusBadRequest, "SerializationException", "The body is not CBOR: "+err.Error())
		}
		q.doc, _ = plain(v).(map[string]any)
		return nil
	case r.Header.Get("X-Amz-Target") != "":
		q.protocol = jsonProtocol
		q.jsonType = r.Header.Get("Content-Type")
		target := r.Header.Get("X-Amz-Target")
		q.operation = target[strings.LastIndexByte(target, '.')+1:]
		return q.readJSON(body)
	case q.form.Has("Action"):
		q.operation = q.form.Get("Action")
		if q.protocol != ec2Protocol {
			q.protocol = queryProtocol
		}
		return nil
	}
	q.operation = s.route(q, r)
	if q.protocol == restJSONProtocol && !isForm(r) {
		return q.readJSON(body)
	}
	return nil
}

func (q *request) readJSON(body []byte) *fault {
	if len(body) == 0 {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.UseNumber()
	if err := d.Decode(&q.doc); err != nil {
		return faultf(http.StatusBadRequest, "SerializationException", "The body is not a JSON object: "+err.Error())
	}
	return nil
}

// plain turns decoded CBOR into what encoding/json would have given.
func plain(v smithycbor.Value) any {
	switch v := v.(type) {
	case smithycbor.String:
		return string(v)
	case smithycbor.Uint:
		return json.Number(strconv.FormatUint(uint64(v), 10))
	case smithycbor.NegInt:
		return json.Number("-" + strconv.FormatUint(uint64(v), 10))
	case smithycbor.Float64:
		return json.Number(strconv.FormatFloat(float64(v), 'f', -1, 64))
	case smithycbor.Float32:
		return json.Number(strconv.FormatFloat(float64(v), 'f', -1, 32))
	case smithycbor.Bool:
		return bool(v)
	case *smithycbor.Tag:
		return plain(v.Value)
	case smithycbor.List:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plain(v[i])
		}
		return list
	case smithycbor.Map:
		m := make(map[string]any, len(v))
		for k := range v {
			m[k] = plain(v[k])
		}
		return m
	}
	return nil
}

// str is a parameter, empty when it is absent.
func (q *request) str(name string) string {
	if v, ok := q.labels[name]; ok {
		return v
	}
	switch v := q.doc[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return q.form.Get(name)
}

// strs is a parameter that is a list: Name.1 in EC2, Name.member.1 in the query
// services, a list in JSON, a name that is repeated in a URL.
func (q *request) strs(name string) []string {
	if list, ok := q.doc[name].([]any); ok {
		texts := make([]string, 0, len(list))
		for _, v := range list {
			if text, ok := v.(string); ok {
				texts = append(texts, text)
			}
		}
		return texts
	}
	if v := q.form[name]; len(v) > 0 {
		return v
	}
	var texts []string
	for _, prefix := range []string{name + ".", name + ".member."} {
		for n := 1; q.form.Has(prefix + strconv.Itoa(n)); n++ {
			texts = append(texts, q.form.Get(prefix+strconv.Itoa(n)))
		}
	}
	return texts
}

// objs is a parameter that is a list of objects.
func (q *request) objs(name string) []map[string]any {
	doc := q.doc
	if doc == nil {
		doc = nested(q.form)
	}
	list, _ := doc[name].([]any)
	objects := make([]map[string]any, 0, len(list))
	for _, v := range list {
		if object, ok := v.(map[string]any); ok {
			objects = append(objects, object)
		}
	}
	return objects
}

// nested gives the form of a query service (List.member.1.Name=…) the shape that
// JSON would have given it.
func nested(form url.Values) map[string]any {
	root := map[string]any{}
	for key := range form {
		at := root
		parts := strings.Split(key, ".")
		for _, part := range parts[:len(parts)-1] {
			next, ok := at[part].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[part] = next
			}
			at = next
		}
		at[parts[len(parts)-1]] = form.Get(key)
	}
	for key, v := range root {
		root[key] = listed(v)
	}
	return root
}

// listed turns every object that has but "member" into the list that it stands for.
func listed(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	if members, ok := object["member"].(map[string]any); ok && len(object) == 1 {
		var list []any
		for n := 1; ; n++ {
			member, ok := members[strconv.Itoa(n)]
			if !ok {
				return list
			}
			list = append(list, listed(member))
		}
	}
	for key, v := range object {
		object[key] = listed(v)
	}
	return object
}

func text(m map[string]any, name string) string {
	v, _ := m[name].(string)
	return v
}
