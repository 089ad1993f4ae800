# One image for both: `nida run` answers people, `nida runner` sends. What is installed is what the lock file lists, by its hashes.
FROM python:3.13-slim
RUN useradd --create-home --uid 1000 nida
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . && .venv/bin/nida locales compile
ENV PATH=/app/.venv/bin:$PATH NIDA_CONFIG=/etc/nida/config.toml
USER nida
ENTRYPOINT ["nida"]
CMD ["run"]
