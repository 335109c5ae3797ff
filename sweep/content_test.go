package sweep

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/bobby-math/tessera/market"
	"github.com/bobby-math/tessera/scenario"
	"github.com/bobby-math/tessera/scheduler"
	"github.com/bobby-math/tessera/workload"
)

// apart are the fields of a scenario that move no result, or are part of the address beside
// the content.
var apart = []string{"Name", "Seed", "Policies", "PolicyNames", "Inputs", "inputs", "start", "known"}

// full is a scenario that has a little of everything, so that every field can be reached.
func full() *scenario.Scenario {
	s := scenario.Default()
	s.Pools[0].Capacity = []market.CapacityChange{{Count: 1}}
	s.Job = &scenario.Job{Transfer: [][]time.Duration{{1}}, Guarantee: scheduler.Strict}
	service := workload.DefaultService()
	service.Requests = &workload.Requests{Counts: []int{1}, Log: []workload.LoggedRequest{{}}}
	service.Autoscaler = &workload.Autoscaler{}
	s.Service = &scenario.Service{Service: service}
	return &s
}

// change calls do with every field of a value changed in turn, and puts it back. Values of
// fields that are not exported are changed as well.
func change(v reflect.Value, path string, do func(path string)) {
	if v.Type() == reflect.TypeFor[scheduler.Spec]() {
		return // its name is in BatchPolicy, its files in its digest
	}
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	to := func(x reflect.Value, path string) {
		v.Set(x)
		do(path)
		v.Set(was)
	}
	switch v.Kind() {
	case reflect.Bool:
		to(reflect.ValueOf(!v.Bool()).Convert(v.Type()), path)
	case reflect.String:
		to(reflect.ValueOf(v.String()+"x").Convert(v.Type()), path)
	case reflect.Float64:
		to(reflect.ValueOf(v.Float()+0.5).Convert(v.Type()), path)
	case reflect.Pointer:
		if v.IsNil() {
			to(reflect.New(v.Type().Elem()), path+"=new")
			return
		}
		to(reflect.Zero(v.Type()), path+"=nil")
		change(v.Elem(), path, do)
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Field(i)
			change(reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem(), path+"."+v.Type().Field(i).Name, do)
		}
	case reflect.Slice:
		to(reflect.Append(v.Slice3(0, v.Len(), v.Len()), reflect.Zero(v.Type().Elem())), path+"+1")
		for i := range v.Len() {
			change(v.Index(i), fmt.Sprintf("%s[%d]", path, i), do)
		}
	case reflect.Array:
		for i := range v.Len() {
			change(v.Index(i), fmt.Sprintf("%s[%d]", path, i), do)
		}
	case reflect.Map:
		more := reflect.MakeMap(v.Type())
		for _, k := range v.MapKeys() {
			more.SetMapIndex(k, v.MapIndex(k))
		}
		key := reflect.New(v.Type().Key()).Elem()
		change(key, "", func(string) {})
		more.SetMapIndex(key, reflect.Zero(v.Type().Elem()))
		to(more, path+"+1")
	case reflect.Interface, reflect.Func, reflect.Chan:
		panic(path + " has a value without content")
	default:
		if v.CanInt() {
			to(reflect.ValueOf(v.Int()+1).Convert(v.Type()), path)
		} else {
			to(reflect.ValueOf(v.Uint()+1).Convert(v.Type()), path)
		}
	}
}

// The content of a scenario is another with every field that can move a result, and no two
// such changes give the same; it does not depend on what is apart.
func TestContentFollowsEveryField(t *testing.T) {
	s := full()
	want := s.Content()
	if full().Content() != want {
		t.Fatal("the same scenario has another content")
	}
	seen := map[[32]byte]string{want: "nothing"}
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		field := reflect.NewAt(v.Field(i).Type(), unsafe.Pointer(v.Field(i).UnsafeAddr())).Elem()
		if slices.Contains(apart, name) {
			was := reflect.New(field.Type()).Elem()
			was.Set(field)
			switch field.Kind() {
			case reflect.String:
				field.SetString("other")
			case reflect.Uint64:
				field.SetUint(99)
			case reflect.Slice:
				field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			case reflect.Pointer:
				field.Set(reflect.New(field.Type().Elem()))
			case reflect.Struct:
				field.Set(reflect.ValueOf(time.Unix(1, 0)))
			}
			if s.Content() != want {
				t.Errorf("%s is in the content", name)
			}
			field.Set(was)
			continue
		}
		change(field, name, func(path string) {
			now := s.Content()
			if other, known := seen[now]; known {
				t.Errorf("a change of %s gives the content of a change of %s", path, other)
			}
			seen[now] = path
		})
	}
	if s.Content() != want || len(seen) < 80 {
		t.Errorf("%d fields were changed", len(seen))
	}
	t.Logf("%d changes", len(seen)-1)
}
