package policy

// Together is one document with the statements of several, such as all that are
// attached to a role: what one of them denies, none of the others allows. What
// could not be read of any is not known of the whole.
func Together(docs []any) any {
	all := []any{}
	for _, doc := range docs {
		object, why := decode(doc)
		if why != nil {
			all = append(all, why)
			continue
		}
		switch statements := field(object, "Statement").(type) {
		case nil:
		case []any:
			all = append(all, statements...)
		default:
			all = append(all, statements)
		}
	}
	return map[string]any{"Version": "2012-10-17", "Statement": all}
}
