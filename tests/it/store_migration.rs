//! Files of earlier versions keep their content: opened by this version, they give the same answers as with the version
//! that wrote them.

use crate::store::{name, user};
use crate::support::folder::Folder;
use crate::twin::schema;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use usertwin::apis::admin_users::facet::AdminUsersFacet;
use usertwin::apis::pbnb::facet::PbnbFacet;
use usertwin::apis::reseller::facet::{Account, Customer, ResellerFacet};
use usertwin::store::{Limits, Page, Store};
use uuid::Uuid;

const ADA: Uuid = Uuid::from_u128(0xf4237dd3_01ff_48d8_8d90_16c06605724f);
const ONE: Uuid = Uuid::from_u128(0x6172bb3d_e843_46bb_93a3_334505974ad9);
const TWO: Uuid = Uuid::from_u128(0x7172bb3d_e843_46bb_93a3_334505974ad9);
const DELETED: Uuid = Uuid::from_u128(0x9172bb3d_e843_46bb_93a3_334505974ad9);

fn files(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases").join(of)
}

fn answer(file: &str) -> Value {
    answer_of("facets-as-columns", file)
}

fn answer_of(version: &str, file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(files(version).join(file)).unwrap()).unwrap()
}

/// A copy of the files, opened with an empty seed.
async fn migrated(folder: &Folder) -> Store {
    migrated_from(folder, "facets-as-columns").await
}

async fn migrated_from(folder: &Folder, version: &str) -> Store {
    std::fs::create_dir_all(folder.file("store.db.worlds")).unwrap();
    std::fs::copy(files(version).join("store.db"), folder.file("store.db")).unwrap();
    for world in std::fs::read_dir(files(version).join("store.db.worlds")).unwrap() {
        let world = world.unwrap();
        let copy = folder.file("store.db.worlds").join(world.file_name());
        std::fs::copy(world.path(), copy).unwrap();
    }
    open(folder).await
}

async fn open(folder: &Folder) -> Store {
    Store::open(&folder.database("store.db"), &schema(), &schema().empty_document(), Limits::default()).await.unwrap()
}

/// An export with the lists that its version did not have.
fn with_later_lists(mut document: Value) -> Value {
    for (api, list) in [("pbnb", "accessGroups"), ("reseller", "customers")] {
        document[api][list] = json!([]);
    }
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_facets_as_columns_exports_what_its_version_exported() {
    let folder = Folder::new("migration");
    let store = migrated(&folder).await;
    for (world, file) in [("main", "main.json"), ("copy", "copy.json")] {
        let document = store.read(&name(world)).await.unwrap().export().unwrap();
        assert_eq!(document.to_json(), with_later_lists(answer(file)), "{world}");
    }
    let mails = store.read(&name("main")).await.unwrap().outbox().unwrap();
    let expected = &answer("outbox.json")["mails"][0];
    assert_eq!((mails.len(), mails[0].link.as_deref()), (1, expected["link"].as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn users_of_a_migrated_file_are_found_by_key_and_container() {
    let folder = Folder::new("migration");
    let store = migrated(&folder).await;
    let mut transaction = store.read(&name("main")).await.unwrap();
    assert_eq!(user::<PbnbFacet>(transaction.find((-2, 1))).unwrap().shared.id, ADA);
    let numbers = transaction.members::<PbnbFacet>(7, Page::All).unwrap();
    let numbers: Vec<i32> = numbers.iter().map(|stored| stored.user.facet.user_id).collect();
    assert_eq!(numbers, [2_147_483_600, 2_147_483_601, 2_147_483_602]);
    assert_eq!(user::<AdminUsersFacet>(transaction.find(ADA)).unwrap().facet.preferences.0, 7);
    for (tenant, members) in [(ONE, 2), (TWO, 1)] {
        assert_eq!(transaction.members::<ResellerFacet>(tenant, Page::All).unwrap().len(), members);
    }
    assert_eq!(transaction.item::<Account>(DELETED).unwrap(), None);
    assert_eq!(transaction.items::<Account>(Page::All).unwrap().len(), 2);
    let code = "DE5D251E704446D19EC67C5D96E9AA2CF994CAD251B24CD3AC0F56999CC06533-1";
    drop(transaction);
    let grant = store.write(&name("main")).await.unwrap().take_grant("reseller", code).unwrap().unwrap();
    assert_eq!((grant.client_id.as_str(), grant.scope), ("app", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_file_is_written_to_and_opened_again() {
    let folder = Folder::new("migration");
    let store = migrated(&folder).await;
    let mut transaction = store.write(&name("main")).await.unwrap();
    let stored = transaction.find::<PbnbFacet>((-2, 1)).unwrap().unwrap();
    let mut renamed = stored.user.clone();
    renamed.shared.username = Some("Countess".to_owned());
    transaction.change(&stored, &renamed).unwrap();
    transaction.commit().unwrap();
    drop(store);
    let mut transaction = open(&folder).await.read(&name("main")).await.unwrap();
    assert_eq!(user::<PbnbFacet>(transaction.find((-2, 1))), Some(renamed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migrated_file_keeps_items_by_their_container() {
    let folder = Folder::new("migration");
    let store = migrated(&folder).await;
    let mut transaction = store.write(&name("main")).await.unwrap();
    let customer = |id: u128, account_id: Uuid, deleted: bool| Customer {
        id: Uuid::from_u128(id),
        account_id,
        deleted,
        ..Customer::default()
    };
    for item in [customer(1, ONE, false), customer(2, TWO, false), customer(3, ONE, true), customer(4, ONE, false)] {
        transaction.save_item(&item).unwrap();
    }
    // Moved to another account, it is listed there in its old place.
    transaction.save_item(&customer(2, ONE, false)).unwrap();
    transaction.commit().unwrap();
    drop(store);
    let store = open(&folder).await;
    let mut transaction = store.read(&name("main")).await.unwrap();
    let mut listed = |account: Uuid, page: Page| -> Vec<u128> {
        let customers = transaction.items_in::<Customer>(account, page).unwrap();
        customers.into_iter().map(|customer| customer.id.as_u128()).collect()
    };
    assert_eq!(listed(ONE, Page::All), [1, 2, 4]);
    assert_eq!(listed(ONE, Page::Part { offset: 1, limit: 1 }), [2]);
    assert_eq!(listed(TWO, Page::All), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_a_file_that_kept_them_in_lower_case_are_found_as_new_ones_are() {
    let folder = Folder::new("migration");
    let store = migrated_from(&folder, "names-in-lower-case").await;
    let mut transaction = store.write(&name("main")).await.unwrap();
    assert_eq!(
        transaction.export().unwrap().to_json(),
        with_later_lists(answer_of("names-in-lower-case", "main.json"))
    );
    for (asked, number) in [
        ("νικος.α", Some(1)),
        ("ΝΙΚΟΣ.α", Some(1)),
        // Of two that are now the same, the first is found.
        ("ΣΊΓΜΑΣ", Some(2)),
        ("σίγμασ", Some(2)),
        ("\u{212A}IM", Some(4)),
        ("kim", None),
        ("STRAßE", Some(5)),
        ("STRASSE", None),
        ("pLAIN", Some(6)),
    ] {
        let found = transaction.find_by_username::<PbnbFacet>(asked).unwrap();
        assert_eq!(found.map(|stored| stored.user.facet.user_id), number, "{asked}");
    }
    assert!(transaction.username_taken("Σίγμας", Uuid::nil()).unwrap());
    let third = user::<PbnbFacet>(transaction.find((2, 3))).unwrap();
    assert_eq!(third.shared.username.as_deref(), Some("σίγμασ"));
    assert!(transaction.find_by_email::<ResellerFacet>("äda@EXAMPLE.com", ONE).unwrap().is_some());
    assert!(transaction.find_by_email::<ResellerFacet>("ada@example.com", ONE).unwrap().is_none());
}
