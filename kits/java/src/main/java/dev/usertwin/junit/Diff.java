package dev.usertwin.junit;

import java.util.List;
import java.util.Map;

/** What changed in a world: users in the form of the state document. */
public record Diff(
        boolean empty, List<Map<String, Object>> added, List<Map<String, Object>> removed, List<ChangedUser> changed) {
    /** A user with each member that changed. */
    public record ChangedUser(String id, String username, List<ChangedMember> members) {}

    /** A member before and after. */
    public record ChangedMember(String path, Object before, Object after) {}

    static Diff of(Map<String, Object> json) {
        return new Diff(
                Boolean.TRUE.equals(json.get("empty")),
                Json.objects(json.get("added")),
                Json.objects(json.get("removed")),
                Json.objects(json.get("changed")).stream().map(Diff::user).toList());
    }

    private static ChangedUser user(Map<String, Object> json) {
        List<ChangedMember> members = Json.objects(json.get("members")).stream()
                .map(one -> new ChangedMember((String) one.get("path"), one.get("before"), one.get("after")))
                .toList();
        return new ChangedUser((String) json.get("id"), (String) json.get("username"), members);
    }
}
