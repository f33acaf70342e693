# shellcheck shell=bash
# The cluster's certificate authority, the few certificates it signs, and the administrator's kubeconfig.

# Makes them in folder $1, for an API server at address $2, unless they are there.
pki_up() {
  local folder=$1 address=$2
  [ ! -f "$folder/admin.kubeconfig" ] || return 0
  say "making keys and certificates"
  rm -rf "$folder" && mkdir -p "$folder"
  (
    cd "$folder"
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -subj /CN=mrs -days 3650 2>/dev/null
    pki_sign apiserver /CN=kube-apiserver \
      "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1,IP:$address"
    pki_sign admin /O=system:masters/CN=admin extendedKeyUsage=clientAuth
    openssl genrsa -out sa.key 2048 2>/dev/null
    openssl rsa -in sa.key -pubout -out sa.pub 2>/dev/null
    cat >admin.kubeconfig.part <<-YAML
	apiVersion: v1
	kind: Config
	clusters:
	- name: mrs
	  cluster: {server: "https://$address:6443", certificate-authority-data: $(base64 -w0 ca.crt)}
	users:
	- name: admin
	  user: {client-certificate-data: $(base64 -w0 admin.crt), client-key-data: $(base64 -w0 admin.key)}
	contexts:
	- name: mrs
	  context: {cluster: mrs, user: admin}
	current-context: mrs
	YAML
    mv admin.kubeconfig.part admin.kubeconfig
  )
}

# Signs a certificate: file name $1, subject $2, extension $3. RSA keys: some Java clients do not read an EC key in PKCS #8.
pki_sign() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" -days 3650 -extfile <(echo "$3") 2>/dev/null
}
