# wenxun in a small image: the search server by default, the embedding server with `encoder-server`.
#
#   docker build -t wenxun .
#   docker build -t wenxun:onnx --build-arg WITH_ONNX=1 .      with ONNX Runtime, for --encoder onnx:DIR
#
# The image that it begins with is named by a tag here. .github/workflows/image.yml asks the registry for the digest behind the tag, builds
# with that, and keeps it beside the image, with the list of everything in it.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
# No install script is needed: Node.js is the image's own.
RUN npm ci --ignore-scripts
COPY . .
RUN node tools/build.ts kernel web package

FROM ${NODE_IMAGE} AS modules
ARG WITH_ONNX=0
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
# The package carries the libraries of every platform; one is kept.
RUN if [ "$WITH_ONNX" = 1 ]; then \
      npm install --no-save --omit=dev --ignore-scripts onnxruntime-node@1.30.0 && \
      find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d ! -path "*/linux/$(node -p process.arch)" \
        -exec rm -r {} +; \
    fi

FROM ${NODE_IMAGE}
ENV NODE_ENV=production WENXUN_HOST=0.0.0.0 WENXUN_ARCHIVE=/data
WORKDIR /app
COPY --from=modules /app/node_modules node_modules
COPY --from=build /src/package.json /src/LICENSE /src/NOTICE ./
COPY --from=build /src/bin bin
COPY --from=build /src/build build
COPY --from=build /src/dist dist
COPY --from=build /src/models models
COPY --from=build /src/sample sample
COPY --from=build /src/site-rules site-rules
COPY --from=build /src/deploy/health.sh health.sh
RUN install -d -o node -g node /data
# The user `node` of the image.
USER 1000:1000
VOLUME /data
EXPOSE 8600 8666
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["/app/health.sh"]
ENTRYPOINT ["node", "bin/wenxun.mjs"]
CMD ["serve"]
