# usertwin as a static binary in an image that holds nothing else.
#
#     docker build -t usertwin .
#     docker run --rm -p 127.0.0.1:8080:8080 usertwin
#
# A release does not compile anew: `packaging/build` leaves the binaries that it puts into every package in dist/image,
# and the image holds the same bytes. BuildKit leaves out the stage that is not asked for.
#
#     docker build -t usertwin --build-arg BINARY=prebuilt -f Dockerfile dist/image
ARG BINARY=build

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
# The builder runs on the architecture the image is for, so the compiler's host is the target (x86_64 or aarch64).
# It has to be named: without --target the flag would reach build scripts and procedural macros as well, which cannot be
# static. The mounted folders keep dependencies built between two builds of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    target="$(rustc --print host-tuple)" \
    && RUSTFLAGS="-C target-feature=+crt-static" \
       cargo build --locked --release --bin usertwin --target "$target" \
    && cp "target/$target/release/usertwin" /usertwin \
    && mkdir /data

FROM scratch AS prebuilt
ARG TARGETARCH
COPY ${TARGETARCH}/usertwin /usertwin
COPY data /data

FROM ${BINARY} AS binary

FROM scratch
COPY --from=binary /usertwin /usertwin
# For `--database sqlite:/data/users.db`; mount a volume here to keep it.
COPY --from=binary --chown=65532:65532 /data /data
WORKDIR /data
USER 65532:65532
# Inside a container loopback would be out of reach for everyone else.
ENV USERTWIN_LISTEN=0.0.0.0:8080
EXPOSE 8080
# The first check comes after one interval, and whatever waits for a healthy server waits as long: a second, not more.
HEALTHCHECK --interval=1s --timeout=3s --start-period=2s --retries=5 CMD ["/usertwin", "ready"]
ENTRYPOINT ["/usertwin"]
CMD ["serve"]
