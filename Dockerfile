# syntax=docker/dockerfile:1
# Vestibule as an image: docker build --build-arg SOURCE_COMMIT="$(git rev-parse --short=12 HEAD)" -t vestibule .
# How to run it: docs/container.md.

FROM node:22-bookworm-slim AS node

FROM rust:1.96-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
# The tools, which change less often than the sources.
COPY Cargo.toml Cargo.lock ./
COPY scripts scripts
COPY end2end/package.json end2end/package-lock.json end2end/
RUN --mount=type=cache,target=/usr/local/cargo/registry scripts/setup release
# The dependencies stay in the cache of the target folder.
COPY . .
ARG SOURCE_COMMIT
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/target \
    SOURCE_COMMIT="$SOURCE_COMMIT" CARGO_TARGET_DIR=/target scripts/release && \
    mkdir -m 700 /empty

# A C library, certificates of authorities, and no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG SOURCE_COMMIT
LABEL org.opencontainers.image.title="Vestibule" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT" \
      org.opencontainers.image.revision="$SOURCE_COMMIT"
COPY --from=build /src/dist/vestibule /usr/local/bin/vestibule
COPY LICENSE-APACHE LICENSE-MIT assets/NOTICE /usr/share/doc/vestibule/
# A new volume gets the owner of this folder. Vestibule makes one in it for itself alone, because some engines open the
# root of a volume to a group.
COPY --from=build --chown=65532:65532 /empty /data
VOLUME /data
ENV VESTIBULE_DATA_DIR=/data/vestibule VESTIBULE_LISTEN=0.0.0.0:3000
# By number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 65532:65532
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=6s --start-period=5m --start-interval=1s \
    CMD ["/usr/local/bin/vestibule", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/vestibule"]
CMD ["serve"]
