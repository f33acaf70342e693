package dev.replicationset.api;

/** What the API server refuses in {@code spec.pod}, as CEL. */
final class PodRules {
    private static final String OPERATED = "k.matches('^(replicationset[.]dev/|statefulset[.]kubernetes[.]io/"
            + "|apps[.]kubernetes[.]io/|app[.]kubernetes[.]io/(name|instance|managed-by)$|controller-revision-hash$)')";

    static final String LABELS_FREE = "self.all(k, !" + OPERATED + ")";
    static final String LABELS_FREE_MESSAGE =
            "spec.pod.labels has a label that the operator or Kubernetes sets on pods; choose another name";
    static final String LABELS_FREE_NAMED = "'spec.pod.labels: ' + self.filter(k, " + OPERATED
            + ")[0] + ' is set by the operator or by Kubernetes; choose another name'";

    private static final String WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";

    static final String LABELS = "self.all(k, k.matches('^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?" + WORD + "$')"
            + " && self[k].matches('^(" + WORD + ")?$'))";
    static final String LABELS_MESSAGE = "spec.pod.labels has a name or value that is none for a label; use at most 63"
            + " letters, digits, -, _ and ., beginning and ending with a letter or digit";

    static final String ANNOTATIONS_FREE = "self.all(k, !k.startsWith('replicationset.dev/'))";
    static final String ANNOTATIONS_FREE_MESSAGE =
            "spec.pod.annotations has the prefix replicationset.dev/, which is the operator's; choose another name";

    private PodRules() {}
}
