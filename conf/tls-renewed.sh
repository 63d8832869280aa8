#!/bin/sh
# Gives chatd a renewed certificate: a deploy hook of certbot, and a reload command of acme.sh.
#
#   certbot:  install -m 755 tls-renewed.sh /etc/letsencrypt/renewal-hooks/deploy/chatd
#   acme.sh:  install -m 755 tls-renewed.sh /usr/local/etc/chatd/tls-renewed
#             acme.sh --install-cert -d chat.example.org --reloadcmd /usr/local/etc/chatd/tls-renewed
#
# Copies the certificate and its key to the files that tls.certificate and tls.key of chatd.ini name, where the members
# of the group chatd can read the key, and has chatd read them.  Nobody is disconnected.  If chatd refuses the pair, the
# files before are put back.  Both programs call this as root for each certificate that they renew; those for other
# hosts are left alone.
set -eu

# Change these in your copy.
: "${CHATD_HOST:=chat.example.org}" # one of the names of the certificate
: "${CHATD_CERTIFICATE:=/usr/local/etc/chatd/chatd.crt}" # tls.certificate
: "${CHATD_KEY:=/usr/local/etc/chatd/chatd.key}" # tls.key
: "${CHATD_GROUP:=chatd}" # whose members may read the key: Group= of the unit
PATH=$PATH:/usr/local/bin:/usr/bin:/bin

# What certbot says, or else acme.sh.
if [ -n "${RENEWED_LINEAGE-}" ]; then
    domains=${RENEWED_DOMAINS-}
    chain=$RENEWED_LINEAGE/fullchain.pem
    secret=$RENEWED_LINEAGE/privkey.pem
else
    domains=${Le_Domain-}
    chain=${CERT_FULLCHAIN_PATH:?is not set: certbot or acme.sh has to call this}
    secret=${CERT_KEY_PATH:?is not set: certbot or acme.sh has to call this}
fi
case " $domains " in
*" $CHATD_HOST "*) ;;
*) exit 0 ;;
esac

# keep FILE: for when the new one is refused.
keep() {
    [ ! -e "$1" ] || cp -p "$1" "$1.before"
}

# put_back FILE
put_back() {
    [ ! -e "$1.before" ] || mv "$1.before" "$1"
}

trap 'rm -f "$CHATD_CERTIFICATE.new" "$CHATD_KEY.new" "$CHATD_CERTIFICATE.before" "$CHATD_KEY.before"' EXIT
install -m 0644 "$chain" "$CHATD_CERTIFICATE.new"
install -m 0640 -g "$CHATD_GROUP" "$secret" "$CHATD_KEY.new"
keep "$CHATD_CERTIFICATE"
keep "$CHATD_KEY"
mv "$CHATD_KEY.new" "$CHATD_KEY"
mv "$CHATD_CERTIFICATE.new" "$CHATD_CERTIFICATE"

status=0
chatctl reload || status=$?
case $status in
0 | 3) ;; # 3: no chatd runs; the next one reads the files when it starts
*)
    put_back "$CHATD_KEY"
    put_back "$CHATD_CERTIFICATE"
    exit "$status"
    ;;
esac
