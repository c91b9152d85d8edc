package large

import (
	"net/http"
)

type protocol uint8

const (
	ec2Protocol protocol = iota
	queryProtocol
	restXMLProtocol
	jsonProtocol
	restJSONProtocol
	cborProtocol
)

// requestID stands in the bodies of answers, which are kept and given again.
const requestID = "7f1c2d3e-4b5a-4c6d-8e9f-0a1b2c3d4e5f"

func (p protocol) format() format {
	switch p {
	case jsonProtocol, restJSONProtocol:
		return jsonFormat
	case cborProtocol:
		return cborFormat
	}
	return xmlFormat
}

func (q *request) contentType() string {
	switch q.protocol {
	case jsonProtocol:
		return q.jsonType
	case restJSONProtocol:
		return "application/json"
	case cborProtocol:
		return "application/cbor"
	}
	return "text/xml;charset=UTF-8"
}

// encoder begins an answer; finish ends it.
func (q *request) encoder() *encoder {
	w := &encoder{format: q.protocol.format(), item: "member", b: make([]byte, 0, 1024)}
	switch q.protocol {
	case ec2Protocol:
		w.item = "item"
		w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + q.operation + `Response xmlns="` + q.service.namespace + `">`)
		w.str("requestId", requestID)
	case queryProtocol:
		w.raw("<" + q.operation + `Response xmlns="` + q.service.namespace + `">`)
		w.key(q.operation + "Result")
	case restXMLProtocol:
		w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	default:
		w.open('{')
	}
	return w
}

func (q *request) finish(w *encoder) []byte {
	switch q.protocol {
	case ec2Protocol:
		w.end(q.operation + "Response")
	case queryProtocol:
		w.end(q.operation + "Result")
		w.obj("ResponseMetadata", func() { w.str("RequestId", requestID) })
		w.end(q.operation + "Response")
	case restXMLProtocol:
	default:
		w.shut('}')
	}
	return w.b
}

// fault is an error that AWS answers with.
type fault struct {
	status  int
	code    string
	message string
	// extra are further elements of S3's errors.
	extra []pair
}

func faultf(status int, code, message string) *fault {
	return &fault{status: status, code: code, message: message}
}

// body writes a fault the way the request's protocol and service do.
func (f *fault) body(q *request, header http.Header) []byte {
	w := &encoder{format: q.protocol.format()}
	parts := func() {
		w.str("Code", f.code)
		w.str("Message", f.message)
		for _, e := range f.extra {
			w.str(e.key, e.value)
		}
	}
	switch q.protocol {
	case ec2Protocol:
		w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
		w.obj("Response", func() {
			w.obj("Errors", func() { w.obj("Error", parts) })
			w.str("RequestID", requestID)
		})
	case queryProtocol, restXMLProtocol:
		if q.service != nil && q.service.bareErrors {
			w.raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
			w.obj("Error", func() {
				parts()
				w.str("RequestId", requestID)
				w.str("HostId", "bGFyZ2U=")
			})
			break
		}
		w.raw(`<ErrorResponse xmlns="` + q.namespace() + `">`)
		w.obj("Error", func() {
			w.str("Type", "Sender")
			parts()
		})
		w.str("RequestId", requestID)
		w.end("ErrorResponse")
	default:
		header.Set("X-Amzn-Errortype", f.code)
		if q.service != nil && q.service.queryCompatible {
			header.Set("X-Amzn-Query-Error", f.code+";Sender")
		}
		w.open('{')
		w.str("__type", f.code)
		w.str("message", f.message)
		w.shut('}')
	}
	return w.b
}
