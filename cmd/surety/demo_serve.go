package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
)

// demoAddress is where the demo is served when nobody says otherwise.
const demoAddress = "127.0.0.1:8080"

// serveDemo serves the web interface on the world of the demo until the context
// ends. elsewhere lets it take another port where the one asked for is taken;
// pages is the folder with the user's own rules. What it keeps is in a folder
// that is removed at the end.
func serveDemo(c *cobra.Command, address string, elsewhere bool, pages string) (err error) {
	if err := checkLoopback(address); err != nil {
		return usage(c, "--listen: "+err.Error())
	}
	// A port that is taken is told before the work.
	socket, err := net.Listen("tcp", address)
	if elsewhere && errors.Is(err, syscall.EADDRINUSE) {
		address = net.JoinHostPort("127.0.0.1", "0")
		socket, err = net.Listen("tcp", address)
	}
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	address = socket.Addr().String()
	if err := socket.Close(); err != nil {
		return err
	}
	// What localhost stands for is the machine's to say.
	if err := checkLoopback(address); err != nil {
		return usage(c, "--listen: "+err.Error())
	}
	fmt.Fprintln(c.ErrOrStderr(), "\nMaking three accounts with 30 days of history …")
	dir, err := os.MkdirTemp("", "surety-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d := &daemon{database: filepath.Join(dir, "surety.db"), workers: 1, grace: 3 * time.Second, pages: pages}
	d.log = slog.New(slog.NewTextHandler(c.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := d.openDemo(c.Context(), filepath.Join(dir, "surety.key")); err != nil {
		if c.Context().Err() != nil {
			return nil // Ctrl-C
		}
		return err
	}
	defer d.close()
	handler, err := d.demoHandler(c.Context())
	if err != nil {
		return err
	}
	listener, err := server.Listen(address, "", "", handler, d.log)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "\nSurety's web interface is at\n\n  http://%s/\n\nCtrl-C ends it. Nothing is kept.\n", listener.Addr())
	return d.run(c.Context(), listener)
}

// openDemo makes the world and opens it.
func (d *daemon) openDemo(ctx context.Context, keyFile string) (err error) {
	if d.library, err = loadLibrary(d.pages); err != nil {
		return err
	}
	if d.standards, err = loadStandards(); err != nil {
		return err
	}
	if d.key, err = secretbox.LoadOrCreate(keyFile); err != nil {
		return err
	}
	world := demo.NewWorld(d.library)
	if err := world.Build(ctx, d.database, d.key, d.standards); err != nil {
		return err
	}
	return d.connect(ctx, world.Read)
}

// demoHandler answers requests that come from this machine, as those of the
// demo's administrator.
func (d *daemon) demoHandler(ctx context.Context) (http.Handler, error) {
	admin, err := d.store.UserByEmail(ctx, demo.Admin)
	if err != nil {
		return nil, err
	}
	signing, err := signin.New(signin.Options{Store: d.store, Box: d.key, Everybody: admin.ID, AdminEmail: demo.Admin, Log: d.log})
	if err != nil {
		return nil, err
	}
	handler, err := d.handler(signing, auth.Proxies{})
	if err != nil {
		return nil, err
	}
	return fromHere(handler), nil
}

// checkLoopback is an error for an address that other machines could reach:
// whoever opens the demo is its administrator.
func checkLoopback(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q is no address; it looks like %s", address, demoAddress)
	}
	if !isLoopback(host) {
		return fmt.Errorf("%q can be reached from other machines, and the demo asks nobody for a password; use 127.0.0.1, [::1] or localhost", address)
	}
	return nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() && ip.Zone() == ""
}

// fromHere refuses requests by another name than this machine has for itself: a
// page of another site whose name has been made to lead here would be the
// administrator, too.
func fromHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		} else if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
			host = host[1 : len(host)-1]
		}
		if !isLoopback(host) {
			http.Error(w, "The demo is served as localhost or 127.0.0.1 only.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
