package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// Limits of a connection. A request that may take longer (an export) lifts the
// limit for itself.
const (
	headerTime = 10 * time.Second
	readTime   = 2 * time.Minute // an upload of a template over a slow line
	writeTime  = 2 * time.Minute
	idleTime   = 2 * time.Minute
	headerSize = 64 << 10
)

// A Listener accepts connections at one address.
type Listener struct {
	net.Listener
	server *http.Server
}

// Listen opens an address ("127.0.0.1:8080"). With a certificate and its key
// (files in PEM form) it speaks TLS only; the files are read again when they
// change, so that a renewed certificate needs no restart.
func Listen(address, certificate, key string, handler http.Handler, log *slog.Logger) (*Listener, error) {
	if (certificate == "") != (key == "") {
		return nil, errors.New("TLS needs both a certificate and its key: give --tls-cert and --tls-key")
	}
	var config *tls.Config
	if certificate != "" {
		pair := &keyPair{certificate: certificate, key: key}
		if _, err := pair.get(nil); err != nil {
			return nil, err
		}
		config = &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: pair.get, NextProtos: []string{"h2", "http/1.1"}}
	}
	socket, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	l := &Listener{Listener: socket, server: &http.Server{
		Handler: handler, TLSConfig: config,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // failed handshakes
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: headerSize,
	}}
	if config != nil {
		l.Listener = tls.NewListener(socket, config)
	}
	return l, nil
}

// Serve answers requests until Shutdown.
func (l *Listener) Serve() error {
	if err := l.server.Serve(l.Listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Shutdown lets the requests that are being answered come to their end, until
// the context's.
func (l *Listener) Shutdown(ctx context.Context) error {
	err := l.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return l.server.Close()
	}
	return err
}

// A keyPair is a certificate in files.
type keyPair struct {
	certificate, key string

	mu     sync.Mutex
	pair   *tls.Certificate
	read   time.Time // of the files that the pair was read from
	looked time.Time
}

// lookEvery bounds how often the files are looked at.
const lookEvery = 10 * time.Second

func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pair != nil && time.Since(k.looked) < lookEvery {
		return k.pair, nil
	}
	k.looked = time.Now()
	info, err := os.Stat(k.certificate)
	if err == nil && (k.pair == nil || !info.ModTime().Equal(k.read)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(k.certificate, k.key); err == nil {
			k.pair, k.read = &pair, info.ModTime()
		}
	}
	if k.pair == nil {
		return nil, fmt.Errorf("the certificate for TLS cannot be read: %w", err)
	}
	return k.pair, nil // half-written files: the old one goes on
}
