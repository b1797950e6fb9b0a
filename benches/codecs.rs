//! How fast the codecs are: one PBNB user and a list of 10,000, read and written in every format, with serde's readers
//! and writers of the same data beside them. Those know no CLR rules, keep no error paths and leave ids as text; they
//! show what the format itself costs. `cargo bench --bench codecs` takes about a minute.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod data;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use data::{AccessTypes, Listed, Plain};
use std::hint::black_box;
use std::time::Duration;
use usertwin::codec::{Body, Charset, EnumStyle, Reading, WriteError, bson, data_contract, form, json, xml_serializer};
use usertwin::contract::{Kind, Value};

/// How many users the long list has.
const MANY: usize = 10_000;

/// One of our formats.
struct Codec {
    name: &'static str,
    read: fn(Body<'_>, &Kind) -> Reading,
    write: fn(&Value, &Kind) -> Result<Vec<u8>, WriteError>,
}

const CODECS: [Codec; 4] = [
    Codec {
        name: "json",
        read: |body, kind| json::read(body, kind, EnumStyle::Names),
        write: |value, kind| text(|out| json::write(value, kind, EnumStyle::Names, out)),
    },
    Codec {
        name: "data-contract-xml",
        read: data_contract::read,
        write: |value, kind| text(|out| data_contract::write(value, kind, out)),
    },
    Codec {
        name: "xml-serializer",
        read: xml_serializer::read,
        write: |value, kind| text(|out| xml_serializer::write(value, kind, out)),
    },
    Codec {
        name: "bson",
        read: bson::read,
        write: |value, kind| {
            let mut out = Vec::new();
            bson::write(value, kind, &mut out).map(|()| out)
        },
    },
];

fn text(write: impl FnOnce(&mut String) -> Result<(), WriteError>) -> Result<Vec<u8>, WriteError> {
    let mut out = String::new();
    write(&mut out).map(|()| out.into_bytes())
}

fn body(bytes: &[u8]) -> Body<'_> {
    Body::new(bytes, Charset::Utf8)
}

/// Measures one thing by the bytes it takes or gives.
fn measure<T>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, bytes: usize, mut run: impl FnMut() -> T) {
    group.throughput(Throughput::BytesDecimal(bytes as u64));
    group.bench_function(name, |bencher| bencher.iter(&mut run));
}

fn codecs(criterion: &mut Criterion) {
    let one = (data::user(1), Kind::Object(data::USER));
    let many = (Value::List((1..=MANY).map(data::user).collect()), data::USERS);
    for codec in &CODECS {
        let mut group = criterion.benchmark_group(codec.name);
        for (size, (value, kind)) in [("one", &one), ("10000", &many)] {
            let bytes = (codec.write)(value, kind).expect("writes");
            // What is measured must be right: everything written is read back, without an error.
            let reading = (codec.read)(body(&bytes), kind);
            assert!(reading.errors.is_empty() && reading.value == *value, "{}: {:?}", codec.name, reading.errors);
            measure(&mut group, &format!("read/{size}"), bytes.len(), || (codec.read)(black_box(body(&bytes)), kind));
            measure(&mut group, &format!("write/{size}"), bytes.len(), || (codec.write)(black_box(value), kind));
        }
    }
    let mut group = criterion.benchmark_group("form");
    let reading = form::read(body(data::FORM.as_bytes()), &one.1);
    assert!(reading.errors.is_empty() && reading.value == one.0, "form: {reading:?}");
    measure(&mut group, "read/one", data::FORM.len(), || form::read(black_box(body(data::FORM.as_bytes())), &one.1));
}

fn serde_json(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("serde_json");
    let many: Vec<Plain<Vec<String>>> = (1..=MANY).map(|number| Plain::new(number, data::names())).collect();
    for (size, users) in [("one", &many[..1]), ("10000", &many[..])] {
        let bytes = serde_json::to_vec(users).expect("writes");
        let read = |bytes: &[u8]| serde_json::from_slice::<Vec<Plain<Vec<String>>>>(bytes).expect("reads");
        assert_eq!(read(&bytes), users);
        measure(&mut group, &format!("read/{size}"), bytes.len(), || read(black_box(&bytes)));
        measure(&mut group, &format!("write/{size}"), bytes.len(), || serde_json::to_vec(black_box(users)));
    }
}

fn quick_xml(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("quick-xml");
    let user = |number| Plain::new(number, AccessTypes { items: data::names() });
    for (size, count) in [("one", 1), ("10000", MANY)] {
        let list = Listed { users: (1..=count).map(user).collect() };
        let text = quick_xml::se::to_string_with_root("ArrayOfUser", &list).expect("writes");
        let read = |text: &str| quick_xml::de::from_str::<Listed<AccessTypes>>(text).expect("reads");
        assert_eq!(read(&text), list);
        measure(&mut group, &format!("read/{size}"), text.len(), || read(black_box(&text)));
        measure(&mut group, &format!("write/{size}"), text.len(), || {
            quick_xml::se::to_string_with_root("ArrayOfUser", black_box(&list))
        });
    }
}

fn serde_bson(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("serde-bson");
    for (size, count) in [("one", 1), ("10000", MANY)] {
        // serde's BSON has no lists outside a document.
        let list = Listed { users: (1..=count).map(|number| Plain::new(number, data::names())).collect() };
        let bytes = ::bson::serialize_to_vec(&list).expect("writes");
        let read = |bytes: &[u8]| ::bson::deserialize_from_slice::<Listed<Vec<String>>>(bytes).expect("reads");
        assert_eq!(read(&bytes), list);
        measure(&mut group, &format!("read/{size}"), bytes.len(), || read(black_box(&bytes)));
        measure(&mut group, &format!("write/{size}"), bytes.len(), || ::bson::serialize_to_vec(black_box(&list)));
    }
}

fn settings() -> Criterion {
    // Short on purpose: figures to a few percent are enough to see a codec that became slow.
    Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_millis(1_200))
        .sample_size(15)
        .without_plots()
}

criterion_group! { name = benches; config = settings(); targets = codecs, serde_json, quick_xml, serde_bson }
criterion_main!(benches);
