package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/kb"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/server/web"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// A serving is what surety serve adds to a daemon: the API and the pages.
type serving struct {
	daemon
	listen    string
	publicURL string
	tlsCert   string
	tlsKey    string
	proxies   []string
	admin     string
	oidc      oidcFlags
}

// newServe makes the command that runs the assurance server.
func newServe() *cobra.Command {
	var s serving
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the assurance server: scheduled scans, checks over time, the API",
		Long: `Watch AWS accounts: scan them on a schedule, keep every check over time, and
offer all of it through an HTTP API and in the browser. Everything is kept in an
SQLite file, or in PostgreSQL, where several servers and workers share it.

The first start prints a link by which the administrator sets a password. The
identity that scans is the AWS SDK's (AWS_PROFILE, the role of the machine and
so on); it assumes a role in each account.`,
		Example: `  surety serve
  surety serve --database postgres://surety@db/surety --listen :8443 \
    --tls-cert surety.crt --tls-key surety.key.pem --public-url https://surety.example.com`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return s.serve(c) },
	}
	f := c.Flags()
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	f.StringVar(&s.publicURL, "public-url", "", "`URL` at which users reach the server, such as https://surety.example.com")
	f.StringVar(&s.tlsCert, "tls-cert", "", "`file` with the certificate for TLS (PEM)")
	f.StringVar(&s.tlsKey, "tls-key", "", "`file` with the certificate's private key (PEM)")
	f.StringSliceVar(&s.proxies, "trusted-proxy", nil, "`networks` of proxies that are believed when they say for whom they call (10.0.0.0/8)")
	f.StringVar(&s.admin, "admin-email", "admin@localhost", "`address` of the administrator that the first start makes")
	f.BoolVar(&s.privateKnowledge, "private-knowledge-base", false, "show the knowledge base to those only who are signed in")
	s.oidc.flags(f)
	s.daemon.flags(c, 2)
	return c
}

func (s *serving) serve(c *cobra.Command) error {
	if err := s.open(c, true); err != nil {
		return err
	}
	defer s.close()
	proxies, err := auth.ParseProxies(s.proxies)
	if err != nil {
		return usage(c, "--trusted-proxy: "+err.Error())
	}
	s.publicURL = strings.TrimSuffix(s.publicURL, "/")
	oidc, err := s.oidc.config()
	if err != nil {
		return usage(c, err.Error())
	}
	signing, err := signin.New(signin.Options{
		Store: s.store, Box: s.key, OIDC: oidc, PublicURL: s.publicURL, AdminEmail: s.admin, Proxies: proxies, Log: s.log,
	})
	if err != nil {
		return usage(c, err.Error())
	}
	s.access = api.LiveAccess()
	handler, err := s.handler(signing, proxies)
	if err != nil {
		return usage(c, "--public-url: "+err.Error())
	}
	listener, err := server.Listen(s.listen, s.tlsCert, s.tlsKey, handler, s.log)
	if err != nil {
		return err
	}
	metrics, err := s.metrics()
	if err != nil {
		return err
	}
	link, err := signing.FirstStart(c.Context())
	if err != nil {
		return err
	}
	if link != "" {
		if s.publicURL == "" {
			link = s.local(listener) + link
		}
		fmt.Fprintf(c.ErrOrStderr(), "\nWelcome to Surety. Set the administrator's password here, within a day:\n\n  %s\n\n", link)
	}
	return s.run(c.Context(), slices.DeleteFunc([]*server.Listener{listener, metrics}, func(l *server.Listener) bool { return l == nil })...)
}

// handler answers all requests: those of the API, and those of the pages.
func (d *daemon) handler(signing *signin.SignIn, proxies auth.Proxies) (http.Handler, error) {
	calls := api.New(api.Options{
		Store: d.store, Library: d.library, Standards: d.standards, Queue: d.bot, Identify: signing.Identify,
		Address: signing.Address, Secure: proxies.Secure, Sessions: signing.Sessions(),
		Access: d.access, PublicURL: signing.PublicURL, Version: version(), Log: d.log, Now: time.Now,
	})
	site, err := web.New(web.Options{
		API: calls, Identify: signing.Identify, Library: d.library, Book: kb.New(d.library, d.standards, kb.Options{Live: judgesLive}),
		PrivateKnowledge: d.privateKnowledge, PublicURL: signing.PublicURL, Log: d.log,
	})
	if err != nil {
		return nil, err
	}
	pages := http.NewServeMux()
	signing.Register(pages)
	site.Register(pages)
	return server.New(server.Options{
		API: calls, Pages: pages, Ready: d.ready, Proxies: proxies, PublicURL: signing.PublicURL, Log: d.log, Metrics: server.NewMetrics(d.registry),
	})
}

// judgesLive tells whether a rule can judge running accounts.
func judgesLive(r *rule.Rule) (bool, error) {
	lacking, err := aws.Lacking(r)
	return len(lacking) == 0, err
}

// local is where the server is reached from the machine that it runs on.
func (s *serving) local(l *server.Listener) string {
	scheme := "http://"
	if s.tlsCert != "" {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); err != nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + net.JoinHostPort(host, port)
}

// ready is an error while the database does not answer.
func (d *daemon) ready(ctx context.Context) error { return d.store.Ping(ctx) }
