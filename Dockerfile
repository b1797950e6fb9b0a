# usertwin as a static binary in an image that holds nothing else.
#
#     docker build -t usertwin .
#     docker run --rm -p 127.0.0.1:8080:8080 usertwin
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

FROM scratch
COPY --from=build /usertwin /usertwin
# For `--database sqlite:/data/users.db`; mount a volume here to keep it.
COPY --from=build --chown=65532:65532 /data /data
WORKDIR /data
USER 65532:65532
# Inside a container loopback would be out of reach for everyone else.
ENV USERTWIN_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=2s --retries=5 CMD ["/usertwin", "ready"]
ENTRYPOINT ["/usertwin"]
CMD ["serve"]
