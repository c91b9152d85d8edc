package terraform

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// ownerStatus says what is known of the owner of a part.
type ownerStatus int

const (
	ownerFound     ownerStatus = iota
	ownerElsewhere             // not in this configuration
	ownerUnknown               // the reference could not be resolved
	ownerNone                  // the part is of something of another type
)

// ownersOf finds the resources that a part belongs to: one, or those that its
// list of references names.
func (t *translation) ownersOf(p *part) ([]*translated, ownerStatus) {
	first := p.walk.section.Refs[0]
	value := p.walk.instance.Values[first.Arg]
	if !first.List {
		return t.ownerOf(p, value)
	}
	switch value := value.(type) {
	case []any:
		var owners []*translated
		status := ownerFound
		for _, e := range value {
			found, s := t.ownerOf(p, e)
			owners = append(owners, found...)
			if s != ownerFound && status != ownerUnknown {
				status = s
			}
		}
		return owners, status
	case nil:
		return nil, ownerFound
	}
	return t.ownerOf(p, value)
}

// ownerOf finds the resource that value, and the further references of the
// part, name.
func (t *translation) ownerOf(p *part, value any) ([]*translated, ownerStatus) {
	w := p.walk
	refs := w.section.Refs
	values := []any{value}
	for _, ref := range refs[1:] {
		values = append(values, w.instance.Values[ref.Arg])
	}
	unknown := false
	for i, v := range values {
		text, ok := v.(string)
		if u, is := v.(*cloud.Unresolved); is {
			// The symbol of a resource that is not there is a reference to
			// something elsewhere, not an unknown one.
			text, ok = u.Partial, namesResource(u.Partial)
			unknown = unknown || !ok
			values[i] = text
		}
		if w.typ.Name == "AWS::S3::Bucket" && isDirectoryBucket(text) {
			return nil, ownerNone
		}
		if !ok {
			continue
		}
		if owner := t.named(w.instance.World, text, w.typ.Name, refs[i].Arg, 0); owner != nil {
			return []*translated{owner}, ownerFound
		}
		if len(refs) == 1 && t.namesAnother(w.instance.World, text, w.typ.Name) {
			return nil, ownerNone
		}
		if cloud.IsSymbol(text) && len(refs[i].Properties) == 0 {
			return nil, ownerElsewhere
		}
	}
	if unknown {
		return nil, ownerUnknown
	}
	known := 0 // the reference by which the index is asked
	for known < len(refs)-1 && values[known] == nil {
		known++
	}
	var owners []*translated
	for _, r := range t.lookup(w.instance.World, w.typ.Name, refs[known], values[known]) {
		if r.matches(refs, values) {
			owners = append(owners, r)
		}
	}
	if len(owners) == 0 {
		return nil, ownerElsewhere
	}
	return owners, ownerFound
}

// named finds the resource of the type whose symbol the text is. The symbol of
// another part of that resource leads to it too, and that of a resource which
// is identified by it (`bucket = aws_s3_bucket_policy.b.id`): both name it in
// an argument of their own.
func (t *translation) named(world, text, typ, argument string, depth int) *translated {
	if depth > 4 || !cloud.IsSymbol(text) {
		return nil
	}
	for address := range addresses(text) {
		key := worldKey{world, address}
		if p := t.parts[key]; p != nil && p.walk.typ.Name == typ {
			for _, ref := range p.walk.section.Refs {
				if next, ok := p.walk.instance.Values[ref.Arg].(string); ok {
					if r := t.named(world, next, typ, ref.Arg, depth+1); r != nil {
						return r
					}
				}
			}
			return nil
		}
		r := t.owners[key]
		if r == nil {
			continue
		}
		if r.typ.Name == typ {
			return r
		}
		attribute := strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(text, "${"+address), "}"), ".")
		if attribute != "id" && attribute != argument {
			return nil
		}
		next, _ := r.instance.Values[argument].(string)
		return t.named(world, next, typ, argument, depth+1)
	}
	return nil
}

// namesAnother tells whether the text names a resource of another type by its
// own identifier, as the encryption of an aws_s3_directory_bucket does, which
// is no AWS::S3::Bucket. Another attribute of such a resource may well name
// one of the type (the default security group of a VPC), and where a part has
// several references, each may be to a resource of its own (an API's stage).
func (t *translation) namesAnother(world, text, typ string) bool {
	if !cloud.IsSymbol(text) {
		return false
	}
	for address := range addresses(text) {
		r := t.owners[worldKey{world, address}]
		if r == nil {
			continue
		}
		attribute := strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(text, "${"+address), "}"), ".")
		if r.typ.Name == typ || attribute == "" {
			return false
		}
		if attribute == "id" || attribute == "arn" {
			return true
		}
		for name, v := range r.props {
			if r.typ.Identifies(name) && v == r.instance.Values[attribute] && v != nil {
				return true
			}
		}
		return false
	}
	return false
}

// isDirectoryBucket tells whether the text is the name of a directory bucket:
// no other bucket's name may end so ("General purpose bucket naming rules" in
// the Amazon S3 User Guide).
func isDirectoryBucket(text string) bool { return strings.HasSuffix(text, "--x-s3") }

// namesResource tells whether the text is the symbol of a managed resource.
func namesResource(text string) bool {
	if !cloud.IsSymbol(text) {
		return false
	}
	for {
		first, rest, more := cutAddress(strings.TrimPrefix(text, "${"))
		if first != "module" || !more {
			return strings.HasPrefix(first, "aws_") || strings.HasPrefix(first, "awscc_")
		}
		_, text, _ = cutAddress(rest)
	}
}

// addresses yields what a symbol may be an attribute of, the longest first:
// "aws_vpc.main.id" is the attribute id of aws_vpc.main.
func addresses(symbol string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		rest := strings.TrimSuffix(strings.TrimPrefix(symbol, "${"), "}")
		for rest != "" {
			if !yield(rest) {
				return
			}
			cut := strings.LastIndexByte(rest, '.')
			if cut < 0 {
				return
			}
			rest = rest[:cut]
		}
	}
}

// lookup returns the resources of a type that a value of the reference may
// name, through an index.
func (t *translation) lookup(world, typ string, ref reference, value any) []*translated {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	key := worldKey{world, typ + " " + strings.Join(ref.Properties, ",")}
	index := t.indexes[key]
	if index == nil {
		index = map[string][]*translated{}
		for _, r := range t.byType[worldKey{world, typ}] {
			for _, id := range r.identities(ref) {
				if !slices.Contains(index[id], r) {
					index[id] = append(index[id], r)
				}
			}
		}
		t.indexes[key] = index
	}
	return index[refIdentity(text)]
}

// identities are the texts by which a reference may name the resource.
func (r *translated) identities(ref reference) []string {
	var ids []string
	for _, name := range ref.Properties {
		if text, ok := r.props[name].(string); ok && text != "" {
			ids = append(ids, refIdentity(text))
		}
	}
	for _, name := range []string{"id", "arn", "name"} {
		if text, ok := r.instance.Values[name].(string); ok && text != "" {
			ids = append(ids, refIdentity(text))
		}
	}
	return ids
}

// refIdentity makes two symbols of one resource equal, whatever attribute they
// name, and an S3 bucket's ARN equal to its name.
func refIdentity(text string) string {
	if cloud.IsSymbol(text) {
		if cut := strings.LastIndexByte(text, '.'); cut > 0 {
			return text[:cut]
		}
	}
	if name, ok := strings.CutPrefix(text, "arn:aws:s3:::"); ok {
		return name
	}
	return text
}

// matches tells whether every reference of a part names the resource.
func (r *translated) matches(refs []reference, values []any) bool {
	for i, ref := range refs {
		text, ok := values[i].(string)
		if !ok {
			if values[i] == nil && len(refs) > 1 {
				continue // an optional part of a compound key
			}
			return false
		}
		if !slices.Contains(r.identities(ref), refIdentity(text)) {
			return false
		}
	}
	return true
}

// mayOwn tells whether no reference of the part that is known speaks against
// the resource.
func (r *translated) mayOwn(p *part) bool {
	for _, ref := range p.walk.section.Refs {
		text, ok := p.walk.instance.Values[ref.Arg].(string)
		if ids := r.identities(ref); ok && len(ids) > 0 && !slices.Contains(ids, refIdentity(text)) {
			return false
		}
	}
	return true
}
