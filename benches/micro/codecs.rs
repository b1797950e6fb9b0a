//! How fast the codecs are: one PBNB user and a list of 10,000, read and written in every format, with serde's readers
//! and writers of the same data next to them. Those know no CLR rules, keep no error paths and leave ids as text; they
//! show what the format itself costs.

use super::data::{self, AccessTypes, Listed, Plain};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use std::hint::black_box;
use usertwin::codec::{
    BSON, Body, Charset, Codec, DATA_CONTRACT_XML, JSON_ENUM_NAMES, WriteError, XML_SERIALIZER_XML, form,
};
use usertwin::contract::{Kind, Value};

/// How many users the long list has.
const MANY: usize = 10_000;

/// The formats that are read and written.
const CODECS: [&Codec; 4] = [&JSON_ENUM_NAMES, &DATA_CONTRACT_XML, &XML_SERIALIZER_XML, &BSON];

fn write(codec: &Codec, value: &Value, kind: &Kind) -> Result<Vec<u8>, WriteError> {
    let writer = codec.writer().expect("the format is written");
    (writer.value)(value.into(), kind, Charset::Utf8)
}

fn body(bytes: &[u8]) -> Body<'_> {
    Body::new(bytes, Charset::Utf8)
}

/// Measures one thing by the bytes it takes or gives.
fn measure<T>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, bytes: usize, mut run: impl FnMut() -> T) {
    group.throughput(Throughput::BytesDecimal(bytes as u64));
    group.bench_function(name, |bencher| bencher.iter(&mut run));
}

pub fn codecs(criterion: &mut Criterion) {
    ours(criterion);
    serde_json(criterion);
    quick_xml(criterion);
    serde_bson(criterion);
}

fn ours(criterion: &mut Criterion) {
    let one = (data::user(1), Kind::Object(data::USER));
    let many = (Value::List((1..=MANY).map(data::user).collect()), data::USERS);
    for codec in CODECS {
        let mut group = criterion.benchmark_group(codec.name());
        for (size, (value, kind)) in [("one", &one), ("10000", &many)] {
            let bytes = write(codec, value, kind).expect("writes");
            // What is measured must be right: everything written is read back, without an error.
            let reading = codec.read(body(&bytes), kind);
            assert!(reading.errors.is_empty() && reading.value == *value, "{}: {:?}", codec.name(), reading.errors);
            measure(&mut group, &format!("read/{size}"), bytes.len(), || codec.read(black_box(body(&bytes)), kind));
            measure(&mut group, &format!("write/{size}"), bytes.len(), || write(codec, black_box(value), kind));
        }
    }
    let mut group = criterion.benchmark_group("codecs/form");
    let reading = form::read(body(data::FORM.as_bytes()), &one.1);
    assert!(reading.errors.is_empty() && reading.value == one.0, "form: {reading:?}");
    measure(&mut group, "read/one", data::FORM.len(), || form::read(black_box(body(data::FORM.as_bytes())), &one.1));
}

fn serde_json(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("codecs/serde_json");
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
    let mut group = criterion.benchmark_group("codecs/quick-xml");
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
    let mut group = criterion.benchmark_group("codecs/serde-bson");
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
