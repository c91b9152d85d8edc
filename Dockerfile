# The assurance server as an image: one static binary, certificates and time
# zones, no shell. Built with BuildKit:
#
#   docker build -t surety .
#   docker buildx build --platform linux/amd64,linux/arm64 -t registry.example.com/surety --push .

FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG TARGETOS TARGETARCH
# .git is part of the context: the binary takes its version from there.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags="-s -w" -o /out/surety ./cmd/surety
RUN mkdir /out/data

FROM gcr.io/distroless/static-debian13:nonroot
COPY --from=build /out/surety /usr/local/bin/surety
# A new volume takes the owner of the directory that it covers.
COPY --from=build --chown=65532:65532 /out/data /data
ENV SURETY_LISTEN=:8080 \
    SURETY_DATABASE=/data/surety.db \
    SURETY_KEY_FILE=/data/surety.key
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080
# There is no HEALTHCHECK, which would need a client in the image: ask
# http://…:8080/healthz and /readyz from outside.
ENTRYPOINT ["/usr/local/bin/surety"]
CMD ["serve"]
