# One image for all: `nida run` answers people, `nida runner` sends. What is installed is what the lock file lists, by its hashes.
FROM python:3.11-slim-trixie AS build
WORKDIR /build
RUN python -m venv /opt/nida
COPY requirements.lock ./
RUN /opt/nida/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY locales locales
RUN /opt/nida/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-trixie AS fonts
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-noto-core
RUN mkdir /fonts && cd /usr/share/fonts/truetype/noto && \
    cp NotoSans-Regular.ttf NotoSans-Bold.ttf NotoNaskhArabic-Regular.ttf NotoNaskhArabic-Bold.ttf \
       NotoNastaliqUrdu-Regular.ttf NotoNastaliqUrdu-Bold.ttf /fonts/

FROM python:3.11-slim-trixie
# For `nida db backup` and `restore`, of the release that compose.yaml starts.
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client-17 && rm -rf /var/lib/apt/lists/*
# Its number matters: what is in secrets/ belongs to it.
RUN useradd --uid 1000 nida
COPY --from=build /opt/nida /opt/nida
# For pictures and documents.
COPY --from=fonts /fonts /usr/share/fonts/truetype/noto
ENV PATH=/opt/nida/bin:$PATH
USER nida
ENTRYPOINT ["nida"]
CMD ["run"]
