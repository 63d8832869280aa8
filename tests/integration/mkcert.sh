#!/usr/bin/env bash
# The certificates that chatctl makes, as OpenSSL's own program sees them.
. "${BASH_SOURCE%/*}/daemon.sh"

chatctl=${CHATCTL:-./chatctl}
folder=$scratch/pair

# is NAME GOT WANTED
is() {
    [[ $2 == "$3" ]]
    tap $? "$1"
    [[ $2 == "$3" ]] || printf '# wanted: %s\n# got: %s\n' "$3" "$2"
}

# good NAME COMMAND...
good() {
    local name=$1 said status
    shift
    said=$("$@" 2>&1)
    status=$?
    tap "$status" "$name" "$said"
}

# refused NAME STATUS ERROR ARGUMENT...
refused() {
    local name=$1 status=$2 error=$3
    shift 3
    is "$name" "$("$chatctl" mkcert "$@" 2>&1; echo "$?")" "chatctl: $error"$'\n'"$status"
}

pair_is_right() {
    local told
    mkdir "$folder"
    told=$(umask 0 && "$chatctl" mkcert --out "$folder" --name chat.example.org --name '*.example.net' \
        --name 192.0.2.1 --name 2001:db8::1 --days 30)
    tap $? 'a pair is made'
    is 'only its owner reads the key' "$(stat -c %a "$folder/chatd.key")" 600
    is 'nobody else writes the certificate' "$(stat -c %a "$folder/chatd.crt")" 644
    is 'nothing else is left' "$(ls "$folder")" $'chatd.crt\nchatd.key'
    grep -qxF "$(openssl x509 -in "$folder/chatd.crt" -noout -fingerprint -sha256)" <<<"$told"
    tap $? 'the fingerprint is told as openssl tells it' "$told"
    grep -qxF "    certificate = $folder/chatd.crt" <<<"$told" && grep -qxF "    key = $folder/chatd.key" <<<"$told"
    tap $? 'and how to use the files' "$told"
    is 'the key is the certificate'\''s' "$(openssl pkey -in "$folder/chatd.key" -pubout 2>&1)" \
        "$(openssl x509 -in "$folder/chatd.crt" -noout -pubkey 2>&1)"
    good 'openssl trusts it' openssl verify -x509_strict -purpose sslserver -CAfile "$folder/chatd.crt" \
        -verify_hostname chat.example.org "$folder/chatd.crt"
    good 'for a name below' openssl verify -CAfile "$folder/chatd.crt" -verify_hostname a.example.net \
        "$folder/chatd.crt"
    good 'for an address' openssl verify -CAfile "$folder/chatd.crt" -verify_ip 192.0.2.1 "$folder/chatd.crt"
    good 'of IPv6' openssl verify -CAfile "$folder/chatd.crt" -verify_ip 2001:db8::1 "$folder/chatd.crt"
    ! openssl verify -CAfile "$folder/chatd.crt" -verify_hostname example.com "$folder/chatd.crt" >/dev/null 2>&1
    tap $? 'for no other name'
    good 'it is valid for as long as was asked' openssl x509 -in "$folder/chatd.crt" -noout -checkend $((29 * 86400))
    ! openssl x509 -in "$folder/chatd.crt" -noout -checkend $((31 * 86400)) >/dev/null
    tap $? 'and no longer'
}

files_are_kept() {
    local before
    before=$(cat "$folder"/*)
    refused 'what is there is not replaced' 1 "$folder/chatd.crt is there already, and is kept; --force replaces it" \
        --out "$folder"
    rm "$folder/chatd.crt"
    refused 'nor is one of the two' 1 "$folder/chatd.key is there already, and is kept; --force replaces it" \
        --out "$folder"
    is 'no half of a pair is left' "$(ls "$folder")" chatd.key
    good 'unless that is wanted' "$chatctl" mkcert --out "$folder" --force
    [[ $(cat "$folder"/*) != "$before" && $(stat -c %a "$folder/chatd.key") == 600 ]]
    tap $? 'then both are new'
    ln -s "$folder/elsewhere" "$folder/link.key"
    refused 'a link leads nowhere' 1 "$folder/link.key is there already, and is kept; --force replaces it" \
        --cert "$folder/link.crt" --key "$folder/link.key"
    [[ ! -e $folder/elsewhere && ! -e $folder/link.crt ]]
    tap $? 'and nothing is made'
}

answers_are_clear() {
    local told
    told=$("$chatctl" --json mkcert --cert "$folder/a.crt" --key "$folder/a.key" --name localhost)
    told=$(sed -E 's/"until":"[0-9-]+"/"until":""/; s/"fingerprint":"[0-9A-F:]{95}"/OK/' <<<"$told")
    is 'a program gets an object' "$told" \
        "{\"certificate\":\"$folder/a.crt\",\"key\":\"$folder/a.key\",\"names\":[\"localhost\"],\"until\":\"\",OK}"
    refused 'a name that is none' 2 'a,DNS:b: is no host name, and no IP address; chatctl --help tells more' \
        --name a,DNS:b
    refused 'a time that is none' 2 '0: is no number of days from 1 to 36500; chatctl --help tells more' --days 0
    refused 'a file alone' 2 'mkcert: --cert and --key are given together; chatctl --help tells more' --cert x
    refused 'an option of another command' 2 'mkcert takes no --lines' --lines
    refused 'a folder that is not there' 1 "$scratch/none/chatd.key: No such file or directory" --out "$scratch/none"
    is 'the server makes none' "$("$chatctl" -s "$scratch/none" status --days 3 2>&1)" \
        "chatctl: $scratch/none: there is no such socket: is chatd running, with control.socket set?"
}

run_tests() {
    if grep -q '^without OpenSSL' <<<"$("$chatd" --version)"; then
        refused 'a build without OpenSSL says so' 1 \
            'this chatctl is built without OpenSSL, so it can make no certificate; openssl req -x509 makes one'
        return
    fi
    if ! command -v openssl >/dev/null; then
        skip 'certificates that chatctl makes' 'openssl is not installed'
        return
    fi
    pair_is_right
    files_are_kept
    answers_are_clear
}

CHATD_TEST_BACKEND=${CHATD_TEST_BACKEND:-epoll} # no backend changes it
on_each_backend
