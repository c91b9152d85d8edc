// Package kb is the knowledge base as a reader of the web sees it: every rule's
// page as data and safe HTML, with an address that never changes, and a search.
//
// A [Book] is made of a library of rules and a set of standards. Making it
// costs nothing; what it holds is read when it is first asked for, once, and
// several goroutines may ask at a time.
//
//	book := kb.New(library, standards, kb.Options{})
//	book.Services()                 // every service with its rules, by key
//	book.Service("ec2")             // one, whatever the case of its key
//	book.Find("EC2", "EC2-075")     // what an address names, and where it is now
//	book.Page("EC2-075")            // the page of a rule, rendered
//	book.Search("public s3", 20)    // ranked hits
//	book.Index()                    // JSON for a search in the browser
//	book.Standards()                // every standard
//	book.Standard("cis-aws-5.0")    // one with its controls and their rules
//
// # Addresses
//
// The page of a rule is at /knowledge-base/aws/<Service>/<slug>.html, where
// Service is the key of internal/conformity and the slug is made of the title;
// see [Book.Find] for what else leads there. A standard is at
// /knowledge-base/standards/<name>.html.
//
// # HTML
//
// What is of type template.HTML has no HTML but that which is made of Markdown
// here: no scripts, no inline styles, no addresses that run something. A block
// of code is
//
//	<figure class="code fails" data-lang="yaml"><figcaption><span class="lang">CloudFormation</span>
//	<span class="verdict">Fails this rule</span></figcaption><pre tabindex="0"><code>…</code></pre></figure>
//
// (class "code passes" for what passes, "code" and no verdict for all else),
// with spans of the classes that [CSS] gives colours to. The ids of headings
// are made of their titles ("audit", "audit-console"); they leave alone those
// that pages have for their own parts, see [Reserved].
package kb

import (
	"sync"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
)

// Options say how a book is made.
type Options struct {
	// Base goes before the path of every address: "" or "/docs".
	Base string

	// Live tells whether a rule can judge running accounts: source/aws.Lacking
	// knows. Nil: pages do not say.
	Live func(*rule.Rule) (bool, error)
}

// A Book is the knowledge base.
type Book struct {
	library   *rule.Library
	standards *standard.Set
	options   Options

	listing func() *listing
	bearing func() *bearing
	finder  func() *finder
	index   func() []byte
}

// New makes a book. standards may be nil.
func New(library *rule.Library, standards *standard.Set, options Options) *Book {
	b := &Book{library: library, standards: standards, options: options}
	b.listing = sync.OnceValue(b.list)
	b.bearing = sync.OnceValue(b.readStandards)
	b.finder = sync.OnceValue(b.newFinder)
	b.index = sync.OnceValue(b.newIndex)
	return b
}

// Err is what could not be read: pages of rules, which the book then lacks, and
// standards, without which it does. Nil if nothing.
func (b *Book) Err() error {
	if err := b.listing().err; err != nil {
		return err
	}
	return b.bearing().err
}
