package dev.replicationset.runtime;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * What a request to the API server is about, in the words of RBAC.
 *
 * @param verb get, list, watch, create, update, patch or delete
 * @param resource such as {@code pods} or {@code mysqlreplicationsets/status}; {@code other} when it is none
 */
record ApiCall(String verb, String resource) {
    static ApiCall of(String method, URI uri) {
        List<String> path = List.of(uri.getPath().replaceAll("^/+|/+$", "").split("/+"));
        int start = switch (path.getFirst()) {
            case "api" -> 2;
            case "apis" -> 3;
            default -> path.size();
        };
        if (start < path.size() && path.get(start).equals("namespaces") && path.size() > start + 2) {
            start += 2;
        }
        if (start >= path.size()) {
            return new ApiCall(verb(method, uri, true), "other");
        }
        boolean named = path.size() > start + 1;
        String subresource = path.size() > start + 2 ? "/" + path.get(start + 2) : "";
        return new ApiCall(verb(method, uri, named), path.get(start) + subresource);
    }

    /** Whether it may change something; a lease is renewed all the time, and that is no change. */
    boolean writes() {
        return switch (verb) {
            case "get", "list", "watch" -> false;
            default -> true;
        };
    }

    private static String verb(String method, URI uri, boolean named) {
        String query = uri.getQuery() == null ? "" : uri.getQuery();
        return switch (method) {
            case "GET" -> query.contains("watch=true") ? "watch" : named ? "get" : "list";
            case "POST" -> "create";
            case "PUT" -> "update";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }
}
