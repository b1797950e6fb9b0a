//! The XML in the documents: every printed XML sample has the elements, in the namespaces and the order, that its schema
//! names.

use super::{document, printed};
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;
use serde_json::Value;
use usertwin::apis::Apis;

#[derive(Debug)]
struct Element {
    name: String,
    namespace: String,
    children: Vec<Element>,
}

fn parse(text: &str) -> Element {
    let mut reader = NsReader::from_str(text);
    let mut open = vec![Element { name: String::new(), namespace: String::new(), children: Vec::new() }];
    loop {
        let (resolved, event) = reader.read_resolved_event().unwrap();
        let namespace = match resolved {
            ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
            _ => String::new(),
        };
        match event {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                open.push(Element { name, namespace, children: Vec::new() });
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                open.last_mut().unwrap().children.push(Element { name, namespace, children: Vec::new() });
            }
            Event::End(_) => {
                let done = open.pop().unwrap();
                open.last_mut().unwrap().children.push(done);
            }
            Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
            _ => {}
        }
    }
}

/// A schema with its reference followed and its null alternative left out; members next to a reference stay.
fn resolved(document: &Value, schema: &Value) -> Value {
    let target = match schema["anyOf"].as_array() {
        Some(several) => several[0].clone(),
        None => schema.clone(),
    };
    let Some(reference) = target["$ref"].as_str() else { return target };
    let mut whole = document.pointer(&reference[1..]).unwrap().clone();
    if let Some(xml) = schema.get("xml") {
        whole["xml"] = xml.clone();
    }
    whole
}

/// Follows an element and its schema down to the leaves.
fn follow(document: &Value, schema: &Value, element: &Element) {
    let schema = resolved(document, schema);
    let name = schema["xml"]["name"].as_str().unwrap();
    let namespace = schema["xml"]["namespace"].as_str().unwrap_or_default();
    assert_eq!((element.name.as_str(), element.namespace.as_str()), (name, namespace));
    if let Some(items) = schema.get("items") {
        assert_eq!(schema["xml"]["wrapped"], true, "{name}");
        element.children.iter().for_each(|child| follow(document, items, child));
        return;
    }
    let Some(properties) = schema["properties"].as_object() else {
        assert!(element.children.is_empty(), "{name} is a leaf");
        return;
    };
    let known: Vec<&str> = properties.keys().map(String::as_str).collect();
    let present: Vec<&str> = element.children.iter().map(|child| child.name.as_str()).collect();
    let in_order: Vec<&str> = known.iter().copied().filter(|name| present.contains(name)).collect();
    assert_eq!(present, in_order, "children of {name}");
    for required in schema["required"].as_array().into_iter().flatten() {
        assert!(present.contains(&required.as_str().unwrap()), "{name}: {required}");
    }
    for child in &element.children {
        follow(document, &properties[&child.name], child);
    }
}

#[test]
fn xml_samples_have_the_names_namespaces_and_order_of_their_schemas() {
    let mut checked = 0;
    for api in &Apis::four() {
        let document = document(api.document);
        for (media_type, schema, value) in printed(&document) {
            if media_type.ends_with("/xml") {
                follow(&document, &schema, &parse(value.as_str().unwrap()));
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 12);
}

#[test]
fn prefixes_are_those_of_the_printed_xml() {
    let pbnb = document("pbnb");
    let entry = &pbnb["components"]["schemas"]["UserXml"]["properties"]["ResourceIDs"]["items"];
    let printed = include_str!("../../seeds/002_1a4be262fdf8d669.txt");
    let (prefix, name) = (entry["xml"]["prefix"].as_str().unwrap(), entry["xml"]["name"].as_str().unwrap());
    assert!(printed.contains(&format!("<{prefix}:{name}>")));
    let key = entry["properties"]["Key"]["xml"]["prefix"].as_str().unwrap();
    assert!(printed.contains(&format!("<{key}:Key>")));
}
