# Completion of mqtts-pub for bash, written by: mqtts-pub --completions bash

# Lists the words that may follow -D next.
_mqtts_pub_property() {
    case ${#values[@]}-${values[0]} in
        0-) echo 'connect publish subscribe unsubscribe disconnect will' ;;
        1-connect) echo 'session-expiry-interval authentication-method authentication-data request-problem-information request-response-information receive-maximum topic-alias-maximum user-property maximum-packet-size' ;;
        1-publish) echo 'payload-format-indicator message-expiry-interval content-type response-topic correlation-data topic-alias user-property' ;;
        1-subscribe) echo 'subscription-identifier user-property' ;;
        1-unsubscribe) echo 'user-property' ;;
        1-disconnect) echo 'session-expiry-interval server-reference reason-string user-property' ;;
        1-will) echo 'payload-format-indicator message-expiry-interval content-type response-topic correlation-data will-delay-interval user-property' ;;
    esac
}

_mqtts_pub() {
    local current=${COMP_WORDS[COMP_CWORD]} option='' word
    local -i i missing=0
    local -a values=()

    # Whose value is it? Bash makes three words of --name=value.
    for ((i = 1; i < COMP_CWORD; ++i)); do
        word=${COMP_WORDS[i]}
        if ((missing > 0)); then
            [[ $word == = && $option == --* && ${#values[@]} -eq 0 ]] && continue
            values+=("$word")
            missing+=-1
            # A user property has a name and a value.
            [[ $option == @(-D|--property) && ${#values[@]}-${values[1]} == 2-user-property ]] && missing+=1
        else
            option=$word
            values=()
            if [[ $word =~ ^-[slnrRvNcd]*([a-zA-Z])(.+)?$ ]]; then
                option=-${BASH_REMATCH[1]}
                [[ -n ${BASH_REMATCH[2]} ]] && values=("${BASH_REMATCH[2]}")
            fi
            case $option in
                -h | --host | -p | --port | -u | --username | -P | --pw | --pw-file | --auth-method |\
                --auth-data-file | -L | --url | -V | --protocol-version | -k | --keepalive | --connect-timeout |\
                --reconnect | --ack-timeout | --linger | --cafile | --capath | --tls-name | --pin |\
                --crl | --ocsp-stapling | --min-cert-days | --tls-version | --ciphers | --tls-groups |\
                --tls-alpn | --tls-keylog | --psk | --psk-identity | --cert | --key | --key-pass-file |\
                --key-pass | --keyform | -t | --topic | -m | --message | -f | --file | -q | --qos |\
                --max-message-size | --repeat | --repeat-delay | -e | --response-topic | --retain-handling |\
                --input | --delimiter | --topic-delimiter | --rate | --spool | -F | --format | --output |\
                -i | --id | -I | --id-prefix | -x | --session-expiry-interval | -M | --max-inflight |\
                --will-topic | --will-payload | --will-qos | --proxy | --no-proxy | -A | --bind-address |\
                --connect-to | --ws-path | --ws-header | --check-topic | --log-format | -o | --options-file |\
                --completions | -W | --timeout)
                    missing=1
                    ;;
                -D | --property)
                    missing=3
                    ;;
                *) missing=0 ;;
            esac
            missing+=-${#values[@]}
        fi
    done
    [[ $current == = ]] && current=''

    if ((missing <= 0)); then
        mapfile -t COMPREPLY < <(compgen -W '
            --host -h
            --port -p
            --username -u
            --pw -P
            --pw-file
            --pw-prompt
            --auth-method
            --auth-data-file
            --url -L
            --protocol-version -V
            --keepalive -k
            --connect-timeout
            --early
            --retry-connect
            --reconnect
            --ack-timeout
            --linger
            --nodelay
            --property -D
            --cafile
            --capath
            --tls-use-os-certs
            --tls-name
            --pin
            --pin-only
            --crl
            --ocsp-stapling
            --min-cert-days
            --tls-version
            --ciphers
            --tls-groups
            --tls-alpn
            --tls-session-cache
            --tls-keylog
            --psk
            --psk-identity
            --insecure
            --cert
            --key
            --key-pass-file
            --key-pass
            --keyform
            --topic -t
            --message -m
            --file -f
            --stdin-file -s
            --stdin-line -l
            --null-message -n
            --qos -q
            --retain -r
            --fail-no-subscribers
            --max-message-size
            --repeat
            --repeat-delay
            --response-topic -e
            --request
            --latency
            --no-retained -R
            --retain-as-published
            --retain-handling
            --input
            --delimiter
            --topic-delimiter
            --skip-bad
            --rate
            --replay
            --spool
            --verbose -v
            --no-newline -N
            --format -F
            --output
            --pretty
            --raw
            --id -i
            --id-prefix -I
            --disable-clean-session -c
            --session-expiry-interval -x
            --max-inflight -M
            --will-topic
            --will-payload
            --will-qos
            --will-retain
            --proxy
            --no-proxy
            --bind-address -A
            --ipv4
            --ipv6
            --connect-to
            --ws
            --ws-path
            --ws-header
            --share
            --share-status
            --check
            --check-topic
            --tls-report
            --stats
            --log-format
            --options-file -o
            --explain
            --completions
            --timeout -W
            --debug -d
            --quiet
            --help
            --version
            ' -- "$current")
        return
    fi
    COMPREPLY=()
    case $option in
        -h | --host | --tls-name | -A | --bind-address | --connect-to)
            mapfile -t COMPREPLY < <(compgen -A hostname -- "$current")
            ;;
        -q | --qos | --will-qos)
            mapfile -t COMPREPLY < <(compgen -W '0 1 2' -- "$current")
            ;;
        -V | --protocol-version)
            mapfile -t COMPREPLY < <(compgen -W '5 311 31 mqttv5 mqttv311 mqttv31' -- "$current")
            ;;
        --retain-handling)
            mapfile -t COMPREPLY < <(compgen -W 'always new never' -- "$current")
            ;;
        --completions)
            mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$current")
            ;;
        --input)
            mapfile -t COMPREPLY < <(compgen -W 'lines nul length json' -- "$current")
            ;;
        --keyform)
            mapfile -t COMPREPLY < <(compgen -W 'pem' -- "$current")
            ;;
        --output)
            mapfile -t COMPREPLY < <(compgen -W 'raw lines nul length json' -- "$current")
            ;;
        --ocsp-stapling)
            mapfile -t COMPREPLY < <(compgen -W 'require' -- "$current")
            ;;
        --log-format)
            mapfile -t COMPREPLY < <(compgen -W 'text json' -- "$current")
            ;;
        --tls-version)
            mapfile -t COMPREPLY < <(compgen -W 'tlsv1.2 tlsv1.3' -- "$current")
            ;;
        --capath | --spool)
            mapfile -t COMPREPLY < <(compgen -d -- "$current"); compopt -o filenames -o dirnames 2>/dev/null
            ;;
        --pw-file | --auth-data-file | --cafile | --crl | --tls-keylog | --cert | --key | --key-pass-file |\
        -f | --file | -o | --options-file)
            mapfile -t COMPREPLY < <(compgen -f -- "$current"); compopt -o filenames -o default 2>/dev/null
            ;;
        -D | --property)
            mapfile -t COMPREPLY < <(compgen -W "$(_mqtts_pub_property)" -- "$current")
            ;;
    esac
}

complete -F _mqtts_pub mqtts-pub
