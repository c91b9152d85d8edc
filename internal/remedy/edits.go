package remedy

import (
	"slices"
	"strings"
)

// edits are the changes of a text, each of a stretch of it. A stretch that
// overlaps one that is there already is left alone: what is known best comes
// first.
type edits struct {
	text string
	list []editing
}

type editing struct {
	start, end int
	text       string // what stands there then; as it was for Replace
	lead       int    // bytes of text that are not part of the span
	kind       SpanKind
	note       string
}

func (e *edits) add(start, end int, text string, kind SpanKind, note string) {
	if kind == Replace {
		text = e.text[start:end]
	}
	e.put(editing{start: start, end: end, text: text, kind: kind, note: note})
}

// rest marks what follows in a stretch after the last part of it that is
// changed already: the id of a part of the resource behind its own.
func (e *edits) rest(start, end int, note string) {
	for _, o := range e.list {
		if o.start < end && start < o.end && o.kind != Replace {
			start = o.end
		}
	}
	if start < end && strings.ContainsAny(strings.ToLower(e.text[start:end]), "abcdefghijklmnopqrstuvwxyz0123456789") {
		e.add(start, end, "", Replace, note)
	}
}

// joined changes a whole argument and what stands between it and its option.
func (e *edits) joined(option, start, end int, joint, text string) {
	if strings.TrimSpace(e.text[option:start]) != "" {
		return // on another line
	}
	e.put(editing{start: option, end: end, text: joint + text, lead: len(joint), kind: Own})
}

func (e *edits) put(n editing) {
	for _, o := range e.list {
		if n.start < o.end && o.start < n.end {
			return
		}
	}
	e.list = append(e.list, n)
}

// covers tells whether a stretch is changed already, in part at least.
func (e *edits) covers(start, end int) bool {
	return slices.ContainsFunc(e.list, func(o editing) bool { return start < o.end && o.start < end })
}

// edited is the command of a stretch of a text, with its changes made.
func (c Command) edited(e *edits, start, end int) Command {
	slices.SortFunc(e.list, func(a, b editing) int { return a.start - b.start })
	var b strings.Builder
	at := start
	for _, o := range e.list {
		if o.start < at || o.end > end {
			continue
		}
		b.WriteString(e.text[at:o.start])
		first := b.Len() + o.lead
		b.WriteString(o.text)
		if o.kind != "" {
			c.Spans = append(c.Spans, Span{Start: first, End: b.Len(), Kind: o.kind, Note: o.note})
		}
		at = o.end
	}
	b.WriteString(e.text[at:end])
	c.Text = b.String()
	return c
}
