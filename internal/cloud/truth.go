package cloud

// A Truth is the answer to a question about values of which some may not be
// known: true, false, or unknown with the reasons. The zero Truth is false.
//
// A definite answer wins over unknown parts wherever logic allows: false and
// unknown is false, true or unknown is true.
type Truth struct {
	// Value is the answer; it means nothing when Unknown is not empty.
	Value bool
	// Unknown holds what would have to be known for an answer.
	Unknown []*Unresolved
}

// Known is the Truth of something that is certain.
func Known(value bool) Truth { return Truth{Value: value} }

// UnknownTruth is the Truth that hangs on the given values. Reasons that are
// nil or repeat another are left out; without any it is unknown all the same.
func UnknownTruth(reasons ...*Unresolved) Truth {
	t := Truth{Unknown: appendReasons(nil, reasons)}
	if len(t.Unknown) == 0 {
		t.Unknown = []*Unresolved{{Reason: "the value is not known"}}
	}
	return t
}

// IsTrue tells whether the answer is certain and true.
func (t Truth) IsTrue() bool { return len(t.Unknown) == 0 && t.Value }

// IsFalse tells whether the answer is certain and false.
func (t Truth) IsFalse() bool { return len(t.Unknown) == 0 && !t.Value }

// IsUnknown tells whether there is no certain answer.
func (t Truth) IsUnknown() bool { return len(t.Unknown) > 0 }

// Not is the opposite of t; what is unknown stays so.
func (t Truth) Not() Truth {
	if t.IsUnknown() {
		return t
	}
	return Truth{Value: !t.Value}
}

// And is true when both are, and false when either is.
func (t Truth) And(other Truth) Truth {
	switch {
	case t.IsFalse() || other.IsFalse():
		return Truth{}
	case t.IsTrue():
		return other
	case other.IsTrue():
		return t
	}
	return Truth{Unknown: appendReasons(appendReasons(nil, t.Unknown), other.Unknown)}
}

// Or is true when either is, and false when both are.
func (t Truth) Or(other Truth) Truth {
	switch {
	case t.IsTrue() || other.IsTrue():
		return Truth{Value: true}
	case t.IsFalse():
		return other
	case other.IsFalse():
		return t
	}
	return Truth{Unknown: appendReasons(appendReasons(nil, t.Unknown), other.Unknown)}
}

// String is "true", "false" or "unknown: " with the reasons.
func (t Truth) String() string {
	if t.IsUnknown() {
		text := "unknown: "
		for i, u := range t.Unknown {
			if i > 0 {
				text += "; "
			}
			text += u.Reason
		}
		return text
	}
	if t.Value {
		return "true"
	}
	return "false"
}

// maxReasons bounds what a Truth carries: a list of thousands of unknown
// values is not better explained by naming each.
const maxReasons = 16

func appendReasons(list, more []*Unresolved) []*Unresolved {
next:
	for _, u := range more {
		if u == nil || len(list) >= maxReasons {
			continue
		}
		for _, have := range list {
			if have == u || *have == *u {
				continue next
			}
		}
		list = append(list, u)
	}
	return list
}
