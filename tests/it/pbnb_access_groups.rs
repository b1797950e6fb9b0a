//! PBNB's access groups: all of an account, one by number, name or member, and their members, as whole responses.

use crate::pbnb_formats::{done, failed};
use crate::twin::{Call, Twin};
use usertwin::apis::pbnb::facet::{AccessGroup, PbnbFacet};

const GROUPS: &str = "/v1/core/accounts/2/accessgroups";
const SEED: &str = r#"{
  "users": [
    {"username": "ada", "pbnb": {"userId": 1, "accessGroupId": 7}},
    {"username": "grace", "pbnb": {"userId": 2}},
    {"username": "jan", "pbnb": {"userId": 3, "accessGroupId": 7}},
    {"username": "kurt", "pbnb": {"userId": 4, "accessGroupId": 8}},
    {"username": "zoe", "pbnb": {"userId": 5, "accessGroupId": 7}},
    {"username": "other", "pbnb": {"accountId": 3, "userId": 1, "accessGroupId": 9}}],
  "pbnb": {"accounts": [{"id": 2}, {"id": 3}],
           "accessGroups": [{"id": 7, "name": "Office"}, {"id": 9, "accountId": 3, "name": "Other"},
                            {"id": 8, "name": "Gone", "deleted": true},
                            {"id": 6, "name": "Field staff", "status": "Disabled", "privateAccessMFA": "OutOfBand"}]},
  "tokens": [{"token": "good", "state": "valid"}]
}"#;
const OFFICE: &str = r#"{"ID":7,"AccountID":2,"Name":"Office","Status":"Enabled","PrivateAccessMFA":"Disabled"}"#;
const FIELD: &str = r#"{"ID":6,"AccountID":2,"Name":"Field staff","Status":"Disabled","PrivateAccessMFA":"OutOfBand"}"#;

async fn twin() -> Twin {
    Twin::seeded(SEED).await
}

#[tokio::test]
async fn groups_are_those_of_the_account_and_the_query_asks_for_one() {
    let twin = twin().await;
    let none = |id: i32| failed(7, &format!("User {id} is in no access group."));
    for (path, expected) in [
        (GROUPS.to_owned(), done(&format!("[{OFFICE},{FIELD}]"))),
        ("/v1/core/Accounts/8/accessgroups".to_owned(), failed(2, "Account 8 was not found.")),
        (format!("{GROUPS}/7"), done(OFFICE)),
        (format!("{GROUPS}/8"), failed(7, "Access group 8 was not found.")),
        (format!("{GROUPS}/9"), failed(7, "Access group 9 was not found.")),
        (format!("{GROUPS}?groupname=FIELD+staff"), done(FIELD)),
        (format!("{GROUPS}?groupname=Gone"), failed(7, "No access group has the name 'Gone'.")),
        (format!("{GROUPS}?groupname=Other"), failed(7, "No access group has the name 'Other'.")),
        (format!("{GROUPS}?usrId=1"), done(OFFICE)),
        (format!("{GROUPS}?usrId=2"), none(2)),
        (format!("{GROUPS}?usrId=4"), none(4)),
        (format!("{GROUPS}?usrId=9"), failed(3, "User 9 was not found.")),
    ] {
        assert_eq!(twin.get(&path, "*/*").await.whole(), expected, "{path}");
    }
    let answer = twin.get(&format!("{GROUPS}?usrId=x"), "*/*").await;
    assert_eq!((answer.status.as_u16(), answer.text().contains("usrId")), (400, true));
}

#[tokio::test]
async fn groups_have_the_names_of_the_vendors_samples_in_xml_and_numbers_in_javascript() {
    let twin = twin().await;
    let (i, models) =
        ("http://www.w3.org/2001/XMLSchema-instance", "http://schemas.datacontract.org/2004/07/pbnb_models");
    let group = "<AccessGroup><AccountID>3</AccountID><ID>9</ID><Name>Other</Name>\
                 <PrivateAccessMFA>Disabled</PrivateAccessMFA><Status>Enabled</Status></AccessGroup>";
    let tail =
        r#"<ErrorCode>0</ErrorCode><ErrorDescription i:nil="true" /><Meta i:nil="true" /><Success>true</Success>"#;
    let root = "PBNBReturnOfArrayOfAccessGroupCA1DLPoZ";
    let answer = twin.get("/v1/core/accounts/3/accessgroups", "application/xml").await;
    let expected = format!(r#"<{root} xmlns:i="{i}" xmlns="{models}"><Data>{group}</Data>{tail}</{root}>"#);
    assert_eq!(answer.text(), expected);
    let root = "PBNBReturnOfPagedListOfAccessGroupMemberCA1DLPoZCA1DLPoZ";
    let answer = twin.get("/v1/core/accounts/3/accessgroups/9/members/paged", "text/xml").await;
    let member = "<AccessGroupMember><AccessGroupID>9</AccessGroupID><ID>1</ID><UserID>1</UserID></AccessGroupMember>";
    assert!(answer.text().starts_with(&format!("<{root} ")), "{}", answer.text());
    assert!(answer.text().contains(&format!("<ResultSet>{member}</ResultSet>")), "{}", answer.text());
    let answer = twin.get(&format!("{GROUPS}/6"), "text/javascript").await;
    assert!(answer.text().contains(r#""Status":1,"PrivateAccessMFA":1}"#), "{}", answer.text());
}

#[tokio::test]
async fn members_come_by_pages_of_the_group_alone() {
    let twin = twin().await;
    let member = |id: i32| format!(r#"{{"ID":{id},"AccessGroupID":7,"UserID":{id}}}"#);
    let page = |previous: &str, number: i32, next: &str, size: i32, total: &str, members: &[i32]| {
        let members: Vec<String> = members.iter().map(|id| member(*id)).collect();
        done(&format!(
            r#"{{"PreviousPage":{previous},"CurrentPage":{number},"NextPage":{next},"PageSize":{size},"TotalCount":{total},"ResultSet":[{}]}}"#,
            members.join(",")
        ))
    };
    for (query, expected) in [
        ("", page("null", 0, "null", 1000, "null", &[1, 3, 5])),
        ("?pageSize=2&includeTotal=true", page("null", 0, "1", 2, "3", &[1, 3])),
        ("?pageSize=2&pageNumber=1", page("0", 1, "null", 2, "null", &[5])),
        ("?pageSize=3", page("null", 0, "null", 3, "null", &[1, 3, 5])),
        ("?pageSize=2&pageNumber=2147483647", page("2147483646", i32::MAX, "null", 2, "null", &[])),
    ] {
        let answer = twin.get(&format!("{GROUPS}/7/members/paged{query}"), "*/*").await;
        assert_eq!(answer.whole(), expected, "{query}");
    }
    let answer = twin.get(&format!("{GROUPS}/9/members/paged"), "*/*").await;
    assert_eq!(answer.whole(), failed(7, "Access group 9 was not found."));
}

#[tokio::test]
async fn a_removed_member_is_answered_and_stays_a_user() {
    let twin = twin().await;
    let remove = async |path: &str| twin.send(Call::new("DELETE", path)).await.whole();
    let path = format!("{GROUPS}/7/members/3");
    assert_eq!(remove(&path).await, done(r#"{"ID":3,"AccessGroupID":7,"UserID":3}"#));
    let gone = failed(7, "The access group has no member 3.");
    assert_eq!(remove(&path).await, gone);
    for id in [2, 4, 9] {
        let expected = failed(7, &format!("The access group has no member {id}."));
        assert_eq!(remove(&format!("{GROUPS}/7/members/{id}")).await, expected);
    }
    let groups: Vec<_> = twin.document().await.users.iter().map(|user| user.facet::<PbnbFacet>().unwrap()).collect();
    let groups: Vec<_> = groups.into_iter().map(|facet| facet.access_group_id).collect();
    assert_eq!(groups, [Some(7), None, None, Some(8), Some(7), Some(9)]);
}

#[tokio::test]
async fn a_deleted_group_is_answered_and_its_members_are_in_none() {
    let twin = twin().await;
    let delete = async || twin.send(Call::new("DELETE", &format!("{GROUPS}/7"))).await.whole();
    assert_eq!(delete().await, done(OFFICE));
    assert_eq!(delete().await, failed(7, "Access group 7 was not found."));
    assert_eq!(twin.get(GROUPS, "*/*").await.whole(), done(&format!("[{FIELD}]")));
    let answer = twin.get(&format!("{GROUPS}?usrId=1"), "*/*").await;
    assert_eq!(answer.whole(), failed(7, "User 1 is in no access group."));
    let document = twin.document().await;
    assert!(document.items::<AccessGroup>()[0].deleted);
    assert_eq!(crate::twin::schema().parse(&document.to_json().to_string()).unwrap(), document);
}
