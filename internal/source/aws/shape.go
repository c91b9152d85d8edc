package aws

import (
	"encoding/json"
	"reflect"
	"time"
)

// plain turns what an SDK gives into plain JSON values under the same names:
// structures become maps, pointers what they point at, times text in RFC 3339.
// What is not set (nil, an empty list, empty text) is left out.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return text(v)
	case bool, int64, float64:
		return v
	case *string:
		if v == nil {
			return nil
		}
		return text(*v)
	}
	return plainValue(reflect.ValueOf(v))
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	failedType = reflect.TypeFor[failedValue]()
)

func plainValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		if u, ok := v.Interface().(unresolved); ok {
			return u
		}
		if v.Kind() == reflect.Interface {
			e := v.Elem()
			if e.Type() == timeType || e.Kind() == reflect.Pointer && (e.IsNil() || e.Type().Elem() == timeType) {
				return plainValue(e)
			}
			if m, ok := v.Interface().(json.Marshaler); ok {
				return throughJSON(m)
			}
		}
		return plainValue(v.Elem())
	case reflect.Struct:
		if v.Type() == failedType {
			return v.Interface() // settled replaces it
		}
		if v.Type() == timeType {
			return v.Interface().(time.Time).UTC().Format(time.RFC3339)
		}
		out := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if !field.IsExported() || field.Name == "ResultMetadata" {
				continue
			}
			if value := plainValue(v.Field(i)); value != nil {
				out[field.Name] = value
			}
		}
		return out
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return text(string(v.Bytes()))
		}
		if v.Len() == 0 {
			if list, ok := v.Interface().([]any); ok && list != nil {
				return list // a collector's own: there is a list, and nothing in it
			}
			return nil
		}
		out := make([]any, 0, v.Len())
		for i := range v.Len() {
			out = append(out, plainValue(v.Index(i)))
		}
		return out
	case reflect.Map:
		if v.Len() == 0 {
			return nil
		}
		out := make(map[string]any, v.Len())
		for entries := v.MapRange(); entries.Next(); {
			out[entries.Key().String()] = plainValue(entries.Value())
		}
		return out
	case reflect.String:
		return text(v.String())
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return int64(v.Uint())
	case reflect.Float32, reflect.Float64:
		return v.Float()
	}
	return nil
}

func throughJSON(m json.Marshaler) any {
	data, err := m.MarshalJSON()
	if err != nil {
		return nil
	}
	var out any
	if json.Unmarshal(data, &out) != nil {
		return nil
	}
	return out
}

// field is the field of that name of a structure or a pointer to one; ok is
// false when it has none.
func field(from any, name string) (value any, ok bool) {
	v := reflect.ValueOf(from)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil, false
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil, false
	}
	f := v.FieldByName(name)
	if !f.IsValid() {
		return nil, false
	}
	return plainValue(f), true
}

// object is plain for a structure: its fields as a map, never nil.
func object(v any) map[string]any {
	m, _ := plain(v).(map[string]any)
	if m == nil {
		m = map[string]any{}
	}
	return m
}

// rename moves values of a map to other names: rename(m, "KMSKeyArn",
// "KmsKeyArn", …). Names that are not there are passed over.
func rename(m map[string]any, pairs ...string) map[string]any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if v, ok := m[pairs[i]]; ok {
			delete(m, pairs[i])
			m[pairs[i+1]] = v
		}
	}
	return m
}

// deref is the value pointed at, or the zero value.
func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
